import { randomBytes } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import type { Seal } from './seal.js';

/** A logout that was sent to the IdP and has not come back. Of a browser the last one counts. */
export interface PendingLogout {
  readonly connection: string;
  readonly returnTo: string;
  /** Unguessable: `state`, or RelayState. */
  readonly state: string;
  /** The ID of our LogoutRequest. */
  readonly requestId?: string;
}

const TTL_MS = 10 * 60_000;
const VALUE = /^([0-9a-z]{1,9})\.([A-Za-z0-9_-]{20,64})\.([A-Za-z0-9_-]+)$/;
/** Beside those of pending sign-ins it keeps a request's head below what servers read. */
const LONGEST = 1_024;

/**
 * Kept by the browser, sealed: only the one that signed out here is led back. It may come back by a POST from the IdP's site, so the
 * cookie is `SameSite=None; Secure`, and on http loopback `Lax`.
 */
export class PendingLogouts {
  readonly #name: string;

  constructor(
    private readonly seal: Seal,
    private readonly secure: boolean,
    private readonly clock: () => number,
  ) {
    this.#name = secure ? '__Host-idp-roles-logout' : 'idp-roles-logout';
  }

  /** Of a `returnTo` that is too long for a cookie the path stays, else nothing. */
  put({ connection, returnTo, ...rest }: PendingLogout, response: Response): void {
    const expiresAt = this.clock() + TTL_MS;
    const id = randomBytes(24).toString('base64url');
    const [path = '/'] = returnTo.split(/[?#]/);
    for (const shorter of [returnTo, path, '/']) {
      const content: Content = { ...rest, returnTo: shorter };
      const sealed = this.seal.seal(JSON.stringify(content), { id, connection, expiresAt });
      const value = `${expiresAt.toString(36)}.${id}.${sealed}`;
      if (value.length > LONGEST) continue;
      response.cookie(this.#name, value, { ...this.#flags, maxAge: TTL_MS });
      return;
    }
  }

  /** Undefined unless this browser signed out through this connection within the last ten minutes. */
  find(connection: string, request: Request): PendingLogout | undefined {
    const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim().split('='));
    const [, value = ''] = cookies.find(([name]) => name === this.#name) ?? [];
    const [, expires = '0', id = '', sealed = ''] = VALUE.exec(value) ?? [];
    const expiresAt = parseInt(expires, 36);
    if (expiresAt <= this.clock()) return undefined;
    const text = this.seal.open(sealed, { id, connection, expiresAt });
    return text === undefined ? undefined : { connection, ...(JSON.parse(text) as Content) };
  }

  forget(response: Response): void {
    response.clearCookie(this.#name, this.#flags);
  }

  get #flags(): CookieOptions {
    return { httpOnly: true, secure: this.secure, sameSite: this.secure ? 'none' : 'lax', path: '/' };
  }
}

type Content = Omit<PendingLogout, 'connection'>;
