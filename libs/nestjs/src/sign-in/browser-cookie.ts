import type { Request, Response } from 'express';
import { newSecret, PENDING_TTL_MS } from './pending-sign-ins.js';

const SHAPE = /^[A-Za-z0-9_-]{43}$/;

/**
 * Ties a pending sign-in to the browser that began it (L3). The IdP's SAML answer is a POST from another site, so
 * it is `SameSite=None; Secure`; on http loopback, where that cannot be set, `Lax`.
 */
export class BrowserCookie {
  readonly name: string;

  constructor(private readonly secure: boolean) {
    this.name = secure ? '__Host-idp-roles-sign-in' : 'idp-roles-sign-in';
  }

  read(request: Request): string | undefined {
    for (const part of (request.headers.cookie ?? '').split(';')) {
      const [name, value] = part.trim().split('=');
      if (name === this.name && value !== undefined && SHAPE.test(value)) return value;
    }
    return undefined;
  }

  /** Several tabs may sign in at once, so a browser keeps the secret it has. */
  issue(request: Request, response: Response): string {
    const secret = this.read(request) ?? newSecret();
    response.cookie(this.name, secret, {
      httpOnly: true,
      secure: this.secure,
      sameSite: this.secure ? 'none' : 'lax',
      path: '/',
      maxAge: PENDING_TTL_MS,
    });
    return secret;
  }
}
