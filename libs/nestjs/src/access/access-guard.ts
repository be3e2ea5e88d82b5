import { ORGANIZATION, standingProblem, type PreparedSnapshot, type Question } from '@idp-roles/access';
import { Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { AccessContext } from './access-context.js';
import { AccessReader } from './access-reader.js';
import { AccessSettings } from './access-settings.js';
import { admissionOf } from './admission.js';
import { boundId } from './bound-id.js';
import { keepCurrent } from './current-access.js';
import { DecisionIds, type AskedQuestion } from './decision-id.js';
import { AccessDeniedException, NotSignedInException } from './denial.js';
import type { Principal } from './principal-provider.js';
import type { Alternative, Requirement } from './requirement.js';

/**
 * Calls that have passed. Nest shows one context to the global guard, the class's and the method's, and a new one each time
 * a handler is called: they ask once, and a request that is dispatched again is asked again.
 */
const passed = new WeakSet<ExecutionContext>();

/** Fails closed (A5): only what is declared and met lets a request in. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reader: AccessReader,
    private readonly settings: AccessSettings,
    private readonly decisionIds: DecisionIds,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { requirements, isPublic } = admissionOf(context.getClass(), context.getHandler());
    if (requirements.length === 0) return this.#withoutRequirement(context, isPublic);
    if (context.getType() !== 'http') return false;

    if (passed.has(context)) return true;
    const { principal, snapshot } = await this.#signedIn(context);
    for (const requirement of requirements) await this.#meet(requirement, snapshot, context);

    keepCurrent(context.switchToHttp().getRequest<object>(), async () =>
      this.#accessContext(principal, snapshot),
    );
    passed.add(context);
    return true;
  }

  /** Nest turns `false` into the refusal that the context knows, where we know none for it. */
  #withoutRequirement(context: ExecutionContext, isPublic: boolean): boolean {
    const open = isPublic || this.settings.publicControllers.has(context.getClass<Type>());
    if (context.getType() !== 'http') return open;
    if (!open) throw new AccessDeniedException('route-undeclared');
    keepCurrent(context.switchToHttp().getRequest<object>(), () => this.#whoever(context));
    return true;
  }

  async #signedIn(
    context: ExecutionContext,
  ): Promise<{ readonly principal: Principal; readonly snapshot: PreparedSnapshot }> {
    const principal = await this.reader.principal(context);
    if (principal === undefined) throw new NotSignedInException();
    const snapshot = await this.reader.snapshot(principal.organization, principal.member);
    if (snapshot === undefined) throw new NotSignedInException();
    const problem = standingProblem(snapshot, principal.session?.beganAt);
    if (problem === 'session-ended') throw new NotSignedInException(problem);
    if (problem !== undefined) throw this.#denied(problem, snapshot, []);
    return { principal, snapshot };
  }

  async #meet({ anyOf }: Requirement, snapshot: PreparedSnapshot, context: ExecutionContext): Promise<void> {
    const asked: AskedQuestion[] = [];
    for (const alternative of anyOf) {
      const question = await questionOf(alternative, context);
      asked.push(question ?? unbound(alternative));
      if (question && (await this.reader.decide(snapshot, question)).allowed) return;
    }
    const unusable = asked.every(({ resource }) => resource !== undefined && resource.id === undefined);
    throw this.#denied(unusable ? 'binding-invalid' : 'access-denied', snapshot, asked);
  }

  #denied(
    code: AccessDeniedException['code'],
    { organization, member, version }: PreparedSnapshot,
    asked: readonly AskedQuestion[],
  ): AccessDeniedException {
    const at = this.settings.now();
    return new AccessDeniedException(code, () =>
      this.decisionIds.sign({ organization, member, code, asked, version, at }),
    );
  }

  async #whoever(context: ExecutionContext): Promise<AccessContext | undefined> {
    const principal = await this.reader.principal(context);
    const snapshot = principal && (await this.reader.snapshot(principal.organization, principal.member));
    if (!snapshot || standingProblem(snapshot, principal.session?.beganAt)) return undefined;
    return this.#accessContext(principal, snapshot);
  }

  #accessContext(principal: Principal, snapshot: PreparedSnapshot): AccessContext {
    return new AccessContext(principal, snapshot, this.reader, this.settings.now());
  }
}

async function questionOf(
  alternative: Alternative,
  context: ExecutionContext,
): Promise<Question | undefined> {
  const { on, binding } = alternative;
  if (on === ORGANIZATION) return asking(alternative);
  const id = binding && (await boundId(binding, context));
  return id === undefined ? undefined : { ...asking(alternative), resource: { type: on, id } };
}

/** A requirement that names neither asks for a role that no model has. */
function asking({ role = '', permission }: Alternative): Question {
  return permission === undefined ? { role } : { permission };
}

function unbound(alternative: Alternative): AskedQuestion {
  return { ...asking(alternative), resource: { type: alternative.on } };
}
