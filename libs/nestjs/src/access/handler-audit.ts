import type { AccessModel } from '@idp-roles/access';
import { admissionOf } from './admission.js';
import { neverRuns, type AuditProblem } from './audit-problem.js';
import { declaredOnClass, declaredOnMethod, declares, versionsOf } from './declared.js';
import { replacedMethods } from './replaced-method.js';
import { requirementProblems } from './requirement-audit.js';
import type { Handler } from './route.js';

/** Where Nest would run which guards. */
export interface Guarding {
  readonly isGlobal: boolean;
  /** Whether the host's GraphQL runs guards on field resolvers. */
  readonly onFields: boolean;
  /** Whether clients of the host's GraphQL can begin at this method. */
  readonly isEntrance: (handler: Handler) => boolean;
  /** Whether Nest made the guard that a decorator put on this handler. */
  readonly isMade: (handler: Handler) => boolean;
  readonly isPublic: (owner: Function) => boolean;
}

/** What is wrong with the class's own declarations, whatever its methods say. */
export function classProblems(owner: Function): AuditProblem[] {
  const { requirements, isPublic } = declaredOnClass(owner);
  return requirements.length > 0 && isPublic ? [contradiction(owner.name)] : [];
}

/** What is wrong with the declarations that reach one method of a controller, a gateway or a resolver. */
export function handlerProblems(handler: Handler, model: AccessModel, guarding: Guarding): AuditProblem[] {
  const { owner, method, name, kind } = handler;
  const where = `${owner.name}.${name}`;
  const onMethod = declaredOnMethod(owner, method);
  const { requirements } = admissionOf(owner, method);
  const replaced = replacedMethods(handler);
  if (replaced.length > 0) return replaced;
  if (kind === 'none') return declares(onMethod) ? [neverRuns(where)] : [];
  if (kind === 'field' && !guarding.onFields) return unguardedField(handler, guarding);
  return [
    ...(onMethod.requirements.length > 0 && onMethod.isPublic ? [contradiction(where)] : []),
    ...unguarded(handler, guarding),
    ...requirementProblems(requirements, handler, model),
  ];
}

const FIELDS_GUARDED = "`fieldResolverEnhancers: ['guards']` to the options of `GraphQLModule`";
const FIELD_FIX = `add ${FIELDS_GUARDED}`;
const CLASS_FIX = 'list the class itself among the `providers`, not what a factory made of it';

function unguardedField(handler: Handler, guarding: Guarding): AuditProblem[] {
  const { owner, method, name } = handler;
  const onMethod = declaredOnMethod(owner, method);
  const isRequired = admissionOf(owner, method).requirements.length > 0;
  if (guarding.isEntrance(handler) && !isRequired)
    return guarding.isGlobal ? undeclared(handler, guarding, FIELD_OPEN) : [];
  return isRequired || declares(onMethod) ? [neverRuns(`${owner.name}.${name}`, FIELD_FIX)] : [];
}

function unguarded(handler: Handler, guarding: Guarding): AuditProblem[] {
  const { owner, method, name, kind } = handler;
  if (guarding.isGlobal && kind !== 'ws' && kind !== 'rpc') return [];
  const open = guarding.isGlobal ? undeclared(handler, guarding, MESSAGE_OPEN) : [];
  const lost = lostRequirement(handler);
  if (open.length + lost.length > 0) return [...open, ...lost];
  const isRead = admissionOf(owner, method).requirements.length === 0 || guarding.isMade(handler);
  return isRead ? [] : [neverRuns(`${owner.name}.${name}`, CLASS_FIX)];
}

/** A method that overrides a guarded one brings no guard of its own: the requirement would be read by nobody. */
function lostRequirement({ owner, method, name }: Handler): AuditProblem[] {
  const [own, ...overridden] = versionsOf(owner, method).map(declaredOnClass);
  if (
    declares(declaredOnClass(owner)) ||
    (own && declares(own)) ||
    overridden.every(({ requirements }) => requirements.length === 0)
  )
    return [];
  return [
    {
      code: 'requirement-lost',
      where: `${owner.name}.${name}`,
      message:
        'overrides a method with a requirement and declares none, so no guard runs; repeat the requirement',
    },
  ];
}

/** Nest 11 runs no global guard on gateways, and an app with HTTP none on microservices unless told to. */
const MESSAGE_OPEN =
  'Nest does not run global guards on every message handler, so this could be open to everybody; add `@Require…` or `@Public()`';
const FIELD_OPEN = `GraphQL can be entered here and Nest runs no guard, so this is open to everybody; add \`@Require…\`, and ${FIELDS_GUARDED}, or add \`@Public()\``;

function undeclared({ owner, method, name }: Handler, guarding: Guarding, message: string): AuditProblem[] {
  const { requirements, isPublic } = admissionOf(owner, method);
  if (requirements.length > 0 || isPublic || guarding.isPublic(owner)) return [];
  return [{ code: 'message-undeclared', where: `${owner.name}.${name}`, message }];
}

function contradiction(where: string): AuditProblem {
  return {
    code: 'public-and-required',
    where,
    message: '`@Public` stands beside `@Require…`; remove one of them',
  };
}
