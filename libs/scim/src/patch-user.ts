import { byLowerCase, isUnassigned, isJsonObject } from './json.js';
import { attributeChange } from './patch-attribute.js';
import { customChange } from './patch-custom.js';
import { readPatch, type PatchOperation } from './patch-operation.js';
import { patchTarget } from './patch-target.js';
import { PatchWork } from './patch-work.js';
import { finish } from './read-user.js';
import { hasContent, invalid, type Complex } from './read-value.js';
import { uris } from './uris.js';
import { coreAttributes, type UserAttributes } from './user-attributes.js';

type Attributes = Readonly<Record<string, unknown>>;
type Step = (current: Attributes, work: PatchWork) => Attributes;

/**
 * The body of a PATCH (RFC 7644, section 3.5.2), for a user as it is. What is not understood, or does not fit the schema, throws
 * `ScimError` before a user is seen; what finds nothing to work on (`noTarget`) throws when it is applied, as does what makes more of the user than may be kept. Never changes `current`. `id`: the
 * user's, which may be sent along.
 */
export function patchUser(body: unknown, id: string): (current: Attributes) => UserAttributes {
  const steps = readPatch(body, id).flatMap(stepsOf);
  return (current) => {
    const work = new PatchWork(current);
    const next = steps.reduce(
      (attributes, step) => work.checked(attributes, step(attributes, work)),
      current,
    );
    return finish(withoutEmptyValues(next));
  };
}

function stepsOf(operation: PatchOperation): readonly Step[] {
  const target = patchTarget(operation.path);
  if (target.kind === 'custom') return [customChange(target, operation)];
  if (target.kind === 'enterprise') return enterpriseSteps(operation);
  const change = attributeChange(target, operation);
  const { uri, definition } = target;
  if (uri === undefined) {
    return [(current, work) => changed(current, definition.name, (value) => change(value, work))];
  }
  return [
    (current, work) =>
      changed(current, uri, (extension) => {
        const next = changed((extension ?? {}) as Attributes, definition.name, (one) => change(one, work));
        return Object.keys(next).length === 0 ? undefined : next;
      }),
  ];
}

const withoutEnterprise: Step = (current) => changed(current, uris.enterpriseUser, () => undefined);

/** The extension as a whole: each of its attributes, as if each had a path. */
function enterpriseSteps({ op, value }: PatchOperation): readonly Step[] {
  if (op === 'remove' || (op === 'replace' && isUnassigned(value))) return [withoutEnterprise];
  if (isUnassigned(value)) return [];
  if (!isJsonObject(value)) throw invalid(uris.enterpriseUser, 'is not an object');
  return [...byLowerCase(value).values()].flatMap(({ name, value: one }) =>
    stepsOf({ op, path: `${uris.enterpriseUser}:${name}`, value: one, pathless: true }),
  );
}

/** Only at the end: the first of two operations may say that a new address is primary, the second what it is. */
function withoutEmptyValues(attributes: Attributes): Attributes {
  return coreAttributes.reduce((left, definition) => {
    if (!definition.multiValued || !Object.hasOwn(left, definition.name)) return left;
    return changed(left, definition.name, (current) => {
      const values = (current as readonly Complex[]).filter((value) => hasContent(definition, value));
      return values.length === 0 ? undefined : values;
    });
  }, attributes);
}

function changed(attributes: Attributes, name: string, change: (current: unknown) => unknown): Attributes {
  const value = change(Object.hasOwn(attributes, name) ? attributes[name] : undefined);
  const { [name]: _, ...rest } = attributes;
  return value === undefined ? rest : { ...rest, [name]: value };
}
