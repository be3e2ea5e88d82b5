import {
  decide,
  nearest,
  type Decision,
  type Nearest,
  type PreparedSnapshot,
  type Question,
  type ResourceReference,
} from '@idp-roles/access';
import { isResourceId } from '@idp-roles/mapping';
import { Injectable, Logger, type ExecutionContext } from '@nestjs/common';
import { AccessListException } from './access-problems.js';
import { AccessSettings } from './access-settings.js';
import { AccessSource } from './access-source.js';
import { AccessUnavailableException, isAnswer } from './denial.js';
import { PrincipalProvider, type Principal } from './principal-provider.js';

/** The ports, with every failure of theirs turned into a 503 whose cause is in the log (A5, D6). */
@Injectable()
export class AccessReader {
  readonly #logger = new Logger('Access');

  constructor(
    private readonly principals: PrincipalProvider,
    private readonly source: AccessSource,
    private readonly settings: AccessSettings,
  ) {}

  /** Whatever a host answers that names no member is nobody: `null`, say, which is what ORMs find. */
  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    try {
      const answer: unknown = await this.principals.principal(context);
      return isPrincipal(answer) ? answer : undefined;
    } catch (error) {
      if (isAnswer(error)) throw error;
      throw this.#unavailable('principal', error);
    }
  }

  async snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    return this.guarded('snapshot', () => this.source.snapshot(organization, member));
  }

  /** Asks for the path only where there is something to ask about. */
  async decide(snapshot: PreparedSnapshot, question: Question): Promise<Decision> {
    const path = await this.#pathAsked(snapshot, question);
    return decide(this.settings.model, snapshot, question, path, this.settings.now());
  }

  /** The same, with what would have made a no a yes. */
  async explain(
    snapshot: PreparedSnapshot,
    question: Question,
  ): Promise<{ readonly decision: Decision; readonly nearest?: Nearest }> {
    const path = await this.#pathAsked(snapshot, question);
    const now = this.settings.now();
    const decision = decide(this.settings.model, snapshot, question, path, now);
    const near = decision.allowed ? undefined : nearest(this.settings.model, snapshot, question, path, now);
    return { decision, ...(near && { nearest: near }) };
  }

  /** What is no id, or of no type of the model, is nowhere: no cache keys by it, no store or resolver is asked. */
  async path(
    organization: string,
    resource: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined> {
    if (!isResourceId(resource.id) || !this.settings.model.resources.has(resource.type)) return undefined;
    return this.guarded('path', () => this.source.path(organization, resource));
  }

  /** A list that was asked for wrongly says so; every other failure is a 503, whatever a host's resolver throws. */
  async guarded<T>(what: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof AccessListException) throw error;
      throw this.#unavailable(what, error);
    }
  }

  async #pathAsked(
    { organization }: PreparedSnapshot,
    { resource }: Question,
  ): Promise<readonly ResourceReference[] | undefined> {
    return resource ? this.path(organization, resource) : [];
  }

  #unavailable(what: string, cause: unknown): AccessUnavailableException {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    this.#logger.error(`access cannot be checked, ${what} failed`, text);
    return new AccessUnavailableException(cause);
  }
}

function isPrincipal(answer: unknown): answer is Principal {
  if (typeof answer !== 'object' || answer === null) return false;
  const { organization, member } = answer as Partial<Record<keyof Principal, unknown>>;
  return typeof organization === 'string' && typeof member === 'string';
}
