import type { AccessModel } from '@idp-roles/access';
import { neverRuns, type AuditProblem } from './audit-problem.js';
import { declaredOnClass, declares } from './declared.js';
import { classProblems, handlerProblems, type Guarding } from './handler-audit.js';
import type { Handler } from './route.js';

/** Declarations on a provider: a gateway's and a resolver's are judged as a controller's, any other protects nothing. */
export function providerProblems(
  provider: Function,
  handlers: readonly Handler[],
  model: AccessModel,
  guarding: Guarding,
): AuditProblem[] {
  const isGuarded = handlers.some(({ kind }) => kind !== 'none' && (kind !== 'field' || guarding.onFields));
  const problems = handlers.flatMap((handler) => handlerProblems(handler, model, guarding));
  if (isGuarded || problems.length > 0) return [...classProblems(provider), ...problems];
  return declares(declaredOnClass(provider)) ? [neverRuns(provider.name)] : [];
}
