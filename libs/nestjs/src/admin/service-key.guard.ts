import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Actor } from '@idp-roles/store';
import { IDP_ROLES_OPTIONS, type IdpRolesOptions } from '../options.js';
import { UseCases } from '../use-cases.js';
import { setActor } from './actor.js';
import { ProblemError } from './problem/problem-error.js';

/** The key of the module's options, as it stands in audit events. */
const CONFIGURED_KEY = 'configured';

/** Lets in who shows a service key: that of the options, or one that is stored. Keys are compared and looked up by hash only (D5). */
@Injectable()
export class ServiceKeyGuard implements CanActivate {
  readonly #configured: Buffer | undefined;

  constructor(
    @Inject(IDP_ROLES_OPTIONS) options: Pick<IdpRolesOptions, 'serviceKey'>,
    private readonly useCases: UseCases,
  ) {
    this.#configured = options.serviceKey ? hash(options.serviceKey) : undefined;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return false;
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: unknown } }>();
    const key = bearerOf(request.headers.authorization);
    const actor = key && (await this.actorOf(hash(key)));
    if (!actor) throw new ProblemError(401, key ? 'service-key-unknown' : 'service-key-missing', REFUSED);
    setActor(request, actor);
    return true;
  }

  private async actorOf(shown: Buffer): Promise<Actor | undefined> {
    if (this.#configured && timingSafeEqual(this.#configured, shown)) {
      return { kind: 'service-key', id: CONFIGURED_KEY };
    }
    const stored = await this.useCases.context.store.read.serviceKeys.byHash(shown.toString('hex'));
    return stored && { kind: 'service-key', id: stored.id };
  }
}

const REFUSED = 'send a service key as `Authorization: Bearer <key>`';

/** RFC 6750, section 2.1; the scheme in any case (RFC 9110, section 11.1). */
function bearerOf(header: unknown): string | undefined {
  if (typeof header !== 'string') return undefined;
  return /^bearer +(\S+)$/i.exec(header)?.[1];
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
