import {
  decide,
  type Decision,
  type PreparedSnapshot,
  type Question,
  type ResourceReference,
} from '@idp-roles/access';
import { Injectable, Logger, type ExecutionContext } from '@nestjs/common';
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

  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    try {
      return await this.principals.principal(context);
    } catch (error) {
      if (isAnswer(error)) throw error;
      throw this.#unavailable('principal', error);
    }
  }

  async snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    try {
      return await this.source.snapshot(organization, member);
    } catch (error) {
      throw this.#unavailable('snapshot', error);
    }
  }

  /** Asks for the path only where there is something to ask about. */
  async decide(snapshot: PreparedSnapshot, question: Question): Promise<Decision> {
    const path = question.resource ? await this.#path(snapshot.organization, question.resource) : [];
    return decide(this.settings.model, snapshot, question, path, this.settings.now());
  }

  async #path(
    organization: string,
    resource: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined> {
    try {
      return await this.source.path(organization, resource);
    } catch (error) {
      throw this.#unavailable('path', error);
    }
  }

  #unavailable(what: string, cause: unknown): AccessUnavailableException {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    this.#logger.error(`access cannot be checked, ${what} failed`, text);
    return new AccessUnavailableException(cause);
  }
}
