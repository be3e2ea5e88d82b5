import { randomInt } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';

/** A sealed pending sign-in as one cookie of the browser that began it. */
export interface KeptPending {
  readonly name: string;
  readonly expiresAt: number;
  readonly sealed: string;
}

/**
 * The names are few and fixed, and each holds so much and no more: whatever another site makes this browser begin, and
 * however much at once, its requests stay shorter than what servers and proxies read (8 KiB is usual). A long
 * `returnTo` has a place of its own.
 */
const SHORT_SLOTS = ['0', '1', '2', '3', '4'];
const LONG_SLOTS = ['long'];
const SHORT = 1024;
const LONG = 2048;
/** Of what a browser brings along and is given, names and values together. */
const TOTAL = 4096;
const VALUE = /^([0-9a-z]{1,9})\.([A-Za-z0-9_-]+)$/;

/**
 * Pending sign-ins live with the browser that began them (L3), so beginning one costs the server nothing. The IdP's SAML
 * answer is a POST from another site, so the cookies are `SameSite=None; Secure`; on http loopback, where that cannot be
 * set, `Lax`.
 */
export class BrowserCookie {
  readonly #prefix: string;

  constructor(private readonly secure: boolean) {
    this.#prefix = secure ? '__Host-idp-roles-sign-in-' : 'idp-roles-sign-in-';
  }

  /** Longest value that can be kept. */
  get room(): number {
    return LONG - this.#prefix.length - (LONG_SLOTS[0]?.length ?? 0);
  }

  read(request: Request): readonly KeptPending[] {
    const found = new Map<string, KeptPending>();
    const names = new Set([...SHORT_SLOTS, ...LONG_SLOTS].map((slot) => this.#prefix + slot));
    for (const part of (request.headers.cookie ?? '').split(';')) {
      const [name = '', value = ''] = part.trim().split('=');
      if (!names.has(name) || found.has(name)) continue;
      const [, expires = '0', sealed = ''] = VALUE.exec(value) ?? [];
      found.set(name, { name, expiresAt: parseInt(expires, 36), sealed });
    }
    return [...found.values()];
  }

  /** Several tabs may sign in at once; beyond what fits, the oldest goes. */
  keep(request: Request, response: Response, pending: Omit<KeptPending, 'name'>, maxAge: number): void {
    const value = valueOf(pending);
    const present = this.read(request);
    const name = this.#freeName(value, present);
    response.cookie(name, value, { ...this.#flags, maxAge });
    let total = name.length + value.length;
    const youngestFirst = present
      .filter((kept) => kept.name !== name)
      .toSorted(byAge)
      .toReversed();
    for (const kept of youngestFirst) {
      total += kept.name.length + valueOf(kept).length;
      if (total > TOTAL) this.drop(response, kept);
    }
  }

  drop(response: Response, { name }: KeptPending): void {
    response.clearCookie(name, this.#flags);
  }

  /** Any that is free, so that tabs which begin in the same instant seldom meet; else that of the oldest. */
  #freeName(value: string, present: readonly KeptPending[]): string {
    const slots = value.length + this.#prefix.length < SHORT ? SHORT_SLOTS : LONG_SLOTS;
    const names = slots.map((slot) => this.#prefix + slot);
    const free = names.filter((name) => present.every((kept) => kept.name !== name));
    const [oldest] = present.filter(({ name }) => names.includes(name)).toSorted(byAge);
    return free[randomInt(Math.max(free.length, 1))] ?? oldest?.name ?? names[0]!;
  }

  get #flags(): CookieOptions {
    return { httpOnly: true, secure: this.secure, sameSite: this.secure ? 'none' : 'lax', path: '/' };
  }
}

/** The time stands in clear, so that the oldest is known without opening any; the seal holds it too. */
export function valueOf({ expiresAt, sealed }: Omit<KeptPending, 'name'>): string {
  return `${expiresAt.toString(36)}.${sealed}`;
}

function byAge(a: KeptPending, b: KeptPending): number {
  return a.expiresAt - b.expiresAt;
}
