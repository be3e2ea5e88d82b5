import { createHash, randomBytes } from 'node:crypto';
import type { EphemeralStore } from '@idp-roles/store';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import type { OpenSession } from '../sessions/sessions.js';
import { valueOf, type BrowserCookie, type KeptPending } from './browser-cookie.js';
import type { Seal } from './seal.js';

/** A sign-in that was sent to the IdP and has not come back (L3). Bound to the browser that began it and to one connection. */
export interface PendingSignIn {
  readonly id: string;
  readonly connection: string;
  readonly returnTo: string;
  /** The session that was open when it began; it ends when this one succeeds. */
  readonly replaces?: OpenSession;
  /** What the protocol needs again: request id, nonce, code verifier. */
  readonly state: Readonly<Record<string, string>>;
}

export interface FoundPending extends PendingSignIn {
  readonly kept: KeptPending;
}

const PENDING_TTL_MS = 10 * 60_000;

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Pending sign-ins, each sealed into a cookie of its browser: what anybody can begin takes no room here. The server
 * keeps one thing, and only of answers that were verified: which sign-ins were finished.
 */
export class PendingSignIns {
  /** Answers on their way to the IdP from this instance. */
  readonly #claimed = new LRUCache<string, true>({ max: 10_000, ttl: PENDING_TTL_MS });

  constructor(
    private readonly ephemeral: EphemeralStore,
    private readonly seal: Seal,
    private readonly cookie: BrowserCookie,
    private readonly clock: () => number,
  ) {}

  /** Of a `returnTo` that is too long for a cookie the path stays, else nothing. */
  put(pending: PendingSignIn, request: Request, response: Response): void {
    const expiresAt = this.clock() + PENDING_TTL_MS;
    const { id, connection, returnTo, replaces, state } = pending;
    const [path = '/'] = returnTo.split(/[?#]/);
    for (const shorter of [returnTo, path, '/']) {
      const content: Content = { returnTo: shorter, replaces, state };
      const sealed = this.seal.seal(JSON.stringify(content), { id, connection, expiresAt });
      if (valueOf({ expiresAt, sealed }).length > this.cookie.room) continue;
      return this.cookie.keep(request, response, { expiresAt, sealed }, PENDING_TTL_MS);
    }
    throw new Error(`what connection \`${connection}\` needs to remember of a sign-in does not fit a cookie`);
  }

  /** Undefined unless this browser began it, through this connection, within the last ten minutes. */
  find(id: string, connection: string, request: Request): FoundPending | undefined {
    if (id.length > 128) return undefined;
    const now = this.clock();
    for (const kept of this.cookie.read(request)) {
      if (kept.expiresAt <= now) continue;
      const text = this.seal.open(kept.sealed, { id, connection, expiresAt: kept.expiresAt });
      if (text !== undefined) return { id, connection, kept, ...(JSON.parse(text) as Content) };
    }
    return undefined;
  }

  /**
   * True for one of any number of callers on this instance. Asked of answers that nobody has verified yet, before they
   * cost the IdP anything; so it is bounded and may forget.
   */
  claim({ id }: PendingSignIn): boolean {
    if (this.#claimed.has(id)) return false;
    this.#claimed.set(id, true);
    return true;
  }

  /** True for exactly one of any number of callers, on all instances. Only of verified answers: each is kept for ten minutes. */
  consume({ id }: PendingSignIn): Promise<boolean> {
    return this.ephemeral.add(key(id), PENDING_TTL_MS);
  }

  /** The browser need not bring it any more. */
  forget({ kept }: FoundPending, response: Response): void {
    this.cookie.drop(response, kept);
  }
}

type Content = Pick<PendingSignIn, 'returnTo' | 'replaces' | 'state'>;

const key = (id: string) => `finished:${createHash('sha256').update(id).digest('base64url')}`;
