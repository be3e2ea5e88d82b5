import type { AccessModel } from '@idp-roles/access';
import { admissionOf } from './admission.js';
import type { AuditProblem } from './audit-problem.js';
import { declaredOnClass, declaredOnMethod, versionsOf } from './declared.js';
import { neverRuns } from './provider-audit.js';
import { requirementProblems } from './requirement-audit.js';
import type { Handler } from './route.js';

/** What is wrong with the class's own declarations, whatever its methods say. */
export function classProblems(owner: Function): AuditProblem[] {
  const { requirements, isPublic } = declaredOnClass(owner);
  return requirements.length > 0 && isPublic ? [contradiction(owner.name)] : [];
}

/** What is wrong with the declarations that reach one method of a controller. */
export function handlerProblems(handler: Handler, model: AccessModel, isGlobal: boolean): AuditProblem[] {
  const { owner, method, name } = handler;
  const where = `${owner.name}.${name}`;
  const onMethod = declaredOnMethod(owner, method);
  const declares = onMethod.requirements.length > 0 || onMethod.isPublic;
  if (handler.kind === 'none') return declares ? [neverRuns(where)] : [];
  return [
    ...(onMethod.requirements.length > 0 && onMethod.isPublic ? [contradiction(where)] : []),
    ...(isGlobal ? [] : lostRequirement(handler)),
    ...requirementProblems(admissionOf(owner, method).requirements, handler, model),
  ];
}

/** A method that overrides a guarded one brings no guard of its own: the requirement would be read by nobody. */
function lostRequirement({ owner, method, name }: Handler): AuditProblem[] {
  const [own, ...overridden] = versionsOf(owner, method).map(declaredOnClass);
  const guarded = [own, declaredOnClass(owner)].some(
    (said) => said && (said.requirements.length > 0 || said.isPublic),
  );
  if (guarded || overridden.every(({ requirements }) => requirements.length === 0)) return [];
  return [
    {
      code: 'requirement-lost',
      where: `${owner.name}.${name}`,
      message:
        'overrides a method with a requirement and declares none, so no guard runs; repeat the requirement',
    },
  ];
}

function contradiction(where: string): AuditProblem {
  return {
    code: 'public-and-required',
    where,
    message: '`@Public` stands beside `@Require…`; remove one of them',
  };
}
