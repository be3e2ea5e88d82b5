import { ORGANIZATION, standingProblem, type PreparedSnapshot, type Question } from '@idp-roles/access';
import { Inject, Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { AccessContext } from './access-context.js';
import type { AccessReader } from './access-reader.js';
import type { AccessSettings } from './access-settings.js';
import { admissionOf } from './admission.js';
import { boundId } from './bound-id.js';
import { callKind, isRootField } from './call-kind.js';
import { keepCurrent } from './current-access.js';
import type { AskedQuestion, DecisionIds } from './decision-id.js';
import { AccessDeniedException, NotSignedInException } from './denial.js';
import { GUARD_MARK, GUARD_PARTS } from './guard-mark.js';
import { isField } from './handler-kind.js';
import type { Principal } from './principal-provider.js';
import { refusalIn } from './refusal.js';
import type { Alternative, Requirement } from './requirement.js';

/**
 * Calls that have passed. Nest shows one context to the global guard, the class's and the method's, and a new one each time
 * a handler is called: they ask once, and a request that is dispatched again is asked again.
 */
const passed = new WeakSet<ExecutionContext>();

interface SignedIn {
  readonly principal: Principal;
  readonly snapshot: PreparedSnapshot;
}

/** What the guard asks of, under one name for every copy of this package. */
export interface GuardParts {
  readonly reader: AccessReader;
  readonly settings: AccessSettings;
  readonly decisionIds: DecisionIds;
}

/** Fails closed (A5): only what is declared and met lets a call in. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(GUARD_PARTS) private readonly parts: GuardParts) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { requirements, isPublic } = admissionOf(context.getClass(), context.getHandler());
    const kind = callKind(context);
    if (kind === undefined) return requirements.length === 0 && this.#isOpen(context, isPublic);
    if (passed.has(context)) return true;
    try {
      if (requirements.length === 0) this.#withoutRequirement(context, isPublic);
      else await this.#judge(requirements, context);
    } catch (error) {
      throw await refusalIn(kind, error);
    }
    passed.add(context);
    return true;
  }

  async #judge(requirements: readonly Requirement[], context: ExecutionContext): Promise<void> {
    const signedIn = await this.#signedIn(context);
    for (const requirement of requirements) await this.#meet(requirement, signedIn.snapshot, context);
    keepCurrent(context, async () => this.#accessContext(signedIn), this.#current);
  }

  /** What a GraphQL field without a word of its own needs was asked when its root field was called. */
  #withoutRequirement(context: ExecutionContext, isPublic: boolean): void {
    if (!this.#isOpen(context, isPublic) && !isBelowRoot(context))
      throw new AccessDeniedException('route-undeclared');
    keepCurrent(context, () => this.#whoever(context), this.#current);
  }

  #isOpen(context: ExecutionContext, isPublic: boolean): boolean {
    return isPublic || this.parts.settings.publicControllers.has(context.getClass<Type>());
  }

  /** Whoever asks in this context, now: where something is required of them, not nobody. */
  readonly #current = async (context: ExecutionContext): Promise<AccessContext | undefined> => {
    const { requirements } = admissionOf(context.getClass(), context.getHandler());
    try {
      if (requirements.length === 0) return await this.#whoever(context);
      return this.#accessContext(await this.#signedIn(context));
    } catch (error) {
      throw await refusalIn(callKind(context) ?? 'http', error);
    }
  };

  async #signedIn(context: ExecutionContext): Promise<SignedIn> {
    const { reader } = this.parts;
    const principal = await reader.principal(context);
    if (principal === undefined) throw new NotSignedInException();
    const snapshot = await reader.snapshot(principal.organization, principal.member);
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
      if (question && (await this.parts.reader.decide(snapshot, question)).allowed) return;
    }
    const unusable = asked.every(({ resource }) => resource !== undefined && resource.id === undefined);
    throw this.#denied(unusable ? 'binding-invalid' : 'access-denied', snapshot, asked);
  }

  #denied(
    code: AccessDeniedException['code'],
    { organization, member, version }: PreparedSnapshot,
    asked: readonly AskedQuestion[],
  ): AccessDeniedException {
    const { settings, decisionIds } = this.parts;
    const at = settings.now();
    return new AccessDeniedException(code, () =>
      decisionIds.sign({ organization, member, code, asked, version, at }),
    );
  }

  async #whoever(context: ExecutionContext): Promise<AccessContext | undefined> {
    const { reader } = this.parts;
    const principal = await reader.principal(context);
    const snapshot = principal && (await reader.snapshot(principal.organization, principal.member));
    if (!snapshot || standingProblem(snapshot, principal.session?.beganAt)) return undefined;
    return this.#accessContext({ principal, snapshot });
  }

  #accessContext({ principal, snapshot }: SignedIn): AccessContext {
    const { reader, settings } = this.parts;
    return new AccessContext(principal, snapshot, reader, settings.now());
  }
}
Reflect.defineMetadata(GUARD_MARK, true, AccessGuard);

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

/** A schema may call its root types as it likes, so where the call stands counts, beside what the class says. */
function isBelowRoot(context: ExecutionContext): boolean {
  return isField(context.getClass(), context.getHandler()) && !isRootField(context);
}
