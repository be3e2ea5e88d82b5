import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EphemeralStore } from '@idp-roles/store';
import type { OpenSession } from '../sessions/sessions.js';

/** A sign-in that was sent to the IdP and has not come back (L3). Bound to the browser that began it and to one connection. */
export interface PendingSignIn {
  readonly id: string;
  readonly connection: string;
  /** Hash of the browser's cookie. */
  readonly browser: string;
  readonly returnTo: string;
  /** The session that was open when it began; it ends when this one succeeds. */
  readonly replaces?: OpenSession;
  /** What the protocol needs again: request id, nonce, code verifier. */
  readonly state: Readonly<Record<string, string>>;
}

export const PENDING_TTL_MS = 10 * 60_000;

const key = (id: string) => `pending:${createHash('sha256').update(id).digest('base64url')}`;

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function hashBrowser(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64url');
}

export class PendingSignIns {
  constructor(private readonly ephemeral: EphemeralStore) {}

  async put(pending: PendingSignIn): Promise<void> {
    await this.ephemeral.set(key(pending.id), pending, PENDING_TTL_MS);
  }

  /** Undefined unless this browser began it, through this connection. */
  async find(
    id: string,
    connection: string,
    browserCookie: string | undefined,
  ): Promise<PendingSignIn | undefined> {
    if (browserCookie === undefined || id.length > 128) return undefined;
    const pending = await this.ephemeral.get<PendingSignIn>(key(id));
    if (!pending || pending.connection !== connection) return undefined;
    const given = Buffer.from(hashBrowser(browserCookie));
    const expected = Buffer.from(pending.browser);
    return given.length === expected.length && timingSafeEqual(given, expected) ? pending : undefined;
  }

  /** True for exactly one of any number of callers. */
  consume(id: string): Promise<boolean> {
    return this.ephemeral.delete(key(id));
  }
}
