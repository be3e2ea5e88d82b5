import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '@idp-roles/store';
import { IDP_ROLES_OPTIONS, type IdpRolesOptions } from '../options.js';
import { UseCases } from '../use-cases.js';

/** The key of the module's options, as it stands in audit events. */
const CONFIGURED_KEY = 'configured';

/** The key of the options, and those that are stored. Compared and looked up by hash only (D5). */
@Injectable()
export class ServiceKeys {
  readonly #configured: Buffer | undefined;

  constructor(
    @Inject(IDP_ROLES_OPTIONS) options: Pick<IdpRolesOptions, 'serviceKey'>,
    private readonly useCases: UseCases,
  ) {
    this.#configured = options.serviceKey ? hash(options.serviceKey) : undefined;
  }

  /** Whose key an Authorization header shows; undefined where it shows none, or none of ours. */
  async actorOf(authorization: unknown): Promise<Actor | undefined> {
    const key = keyShown(authorization);
    if (key === undefined) return undefined;
    const shown = hash(key);
    if (this.#configured && timingSafeEqual(this.#configured, shown)) {
      return { kind: 'service-key', id: CONFIGURED_KEY };
    }
    const stored = await this.useCases.context.store.read.serviceKeys.byHash(shown.toString('hex'));
    return stored && { kind: 'service-key', id: stored.id };
  }
}

/** RFC 6750, section 2.1; the scheme in any case (RFC 9110, section 11.1). */
export function keyShown(header: unknown): string | undefined {
  if (typeof header !== 'string') return undefined;
  return /^bearer +(\S+)$/i.exec(header)?.[1];
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
