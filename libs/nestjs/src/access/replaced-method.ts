import type { AuditProblem } from './audit-problem.js';
import { declaredOnClass, declares, versionsNamed, type Version } from './declared.js';
import { isGuarded } from './guard-host.js';
import type { Handler } from './route.js';

/**
 * A decorator that replaces the method, and copies no metadata, leaves what was written below it on a function that nobody
 * calls. Each class is judged by what is written in it: an override neither answers for its base nor mends it.
 */
export function replacedMethods({ owner, name }: Handler): AuditProblem[] {
  return versionsNamed(owner, name)
    .filter((version) => declares(version.written) && !carriesWritten(version))
    .map(({ declaring, written }) => {
      const decorator = written.requirements.length > 0 ? '@Require…' : '@Public()';
      return {
        code: 'requirement-lost',
        where: `${declaring.name}.${name}`,
        message: `another decorator replaced the method, and \`${decorator}\` is lost with what it replaced; put \`${decorator}\` above that decorator`,
      };
    });
}

function carriesWritten({ method, written }: Version): boolean {
  const carried = declaredOnClass(method);
  return (
    isGuarded(method) &&
    written.requirements.every((requirement) => carried.requirements.includes(requirement)) &&
    (carried.isPublic || !written.isPublic)
  );
}
