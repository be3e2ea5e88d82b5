import { byLowerCase, isJsonObject, isUnassigned, readEnvelope } from './json.js';
import { limits } from './limits.js';
import { quote, ScimError } from './scim-error.js';
import { uris } from './uris.js';

/** RFC 7644, section 3.5.2, after its pathless form was taken apart. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  /** Undefined where there is none. */
  readonly value: unknown;
  /** It came as a member of a value without `path`. */
  readonly pathless: boolean;
}

/** `id`: of the resource that is patched. Throws `ScimError`: 400, or 413 where there are too many. */
export function readPatch(body: unknown, id: string): readonly PatchOperation[] {
  const operations = readEnvelope(body, uris.patchOp).get('operations')?.value;
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ScimError(400, 'invalidSyntax', '`Operations` is not a list, or is empty');
  }
  if (operations.length > limits.patchOperations) throw tooMany();
  const read = operations.flatMap((one: unknown, index) => readOperation(one, index, id));
  if (read.length > limits.patchOperations) throw tooMany();
  return read;
}

function tooMany(): ScimError {
  return new ScimError(413, undefined, `a PATCH has at most ${limits.patchOperations} operations`);
}

function readOperation(operation: unknown, index: number, id: string): readonly PatchOperation[] {
  if (!isJsonObject(operation)) {
    throw new ScimError(400, 'invalidSyntax', `\`Operations[${index}]\` is not an object`);
  }
  const members = byLowerCase(operation);
  const op = verb(members.get('op')?.value, index);
  const path = members.get('path')?.value ?? undefined;
  const value = members.get('value')?.value;
  if (path !== undefined && path !== '') {
    if (typeof path !== 'string') {
      throw new ScimError(400, 'invalidPath', `\`Operations[${index}].path\` is not a text`);
    }
    if (op !== 'remove' && !members.has('value')) {
      throw new ScimError(400, 'invalidValue', `\`Operations[${index}]\` has no \`value\``);
    }
    return [{ op, path, value, pathless: false }];
  }
  if (op === 'remove') {
    throw new ScimError(400, 'noTarget', `\`Operations[${index}]\` removes, and has no \`path\``);
  }
  if (!isJsonObject(value)) {
    throw new ScimError(
      400,
      'invalidValue',
      `\`Operations[${index}]\` has no \`path\`, and no object as \`value\``,
    );
  }
  // Okta and OneLogin: test/idps/okta/deactivate-pathless.json; Entra writes paths as names: test/idps/entra/patch-pathless-replace.json
  const named = byLowerCase(value);
  const sent = named.get('id')?.value;
  // Okta sends the id along: test/idps/okta/patch-group-rename.json. Another's says that this is not the resource that is meant.
  if (!isUnassigned(sent) && sent !== id) {
    throw new ScimError(
      400,
      'mutability',
      `\`Operations[${index}].value.id\` is not the id of this resource`,
    );
  }
  return [...named.values()].map(({ name, value: one }) => ({
    op,
    path: name,
    value: one,
    pathless: true,
  }));
}

/** Entra begins them with a capital: test/idps/entra/patch-active-string.json */
function verb(op: unknown, index: number): PatchOperation['op'] {
  const text = typeof op === 'string' ? op.toLowerCase() : '';
  if (text === 'add' || text === 'remove' || text === 'replace') return text;
  throw new ScimError(
    400,
    'invalidSyntax',
    `\`Operations[${index}].op\` is ${typeof op === 'string' ? quote(op) : 'no text'}, and not \`add\`, \`remove\` or \`replace\``,
  );
}
