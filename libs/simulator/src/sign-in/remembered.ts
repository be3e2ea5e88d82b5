import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { People } from '../people.js';
import type { Person } from '../person.js';

const limit = 1000;

/** Which person a browser asked to stay. Nothing is remembered unless asked, so that changing persons is easy. */
export class Remembered {
  readonly #logins = new Map<string, string>();
  readonly #cookie: string;
  readonly #secure: boolean;

  constructor(
    url: string,
    private readonly people: People,
  ) {
    const { port, protocol } = new URL(url);
    this.#cookie = `simulator-${port}-remembered`;
    this.#secure = protocol === 'https:';
  }

  person(request: Request): Person | undefined {
    const login = this.#logins.get(this.#token(request) ?? '');
    return login === undefined ? undefined : this.people.find(login);
  }

  remember(response: Response, person: Person): void {
    const token = randomBytes(24).toString('base64url');
    this.#logins.set(token, person.login);
    const oldest = this.#logins.keys().next();
    if (this.#logins.size > limit && !oldest.done) this.#logins.delete(oldest.value);
    response.cookie(this.#cookie, token, { httpOnly: true, sameSite: 'lax', secure: this.#secure });
  }

  forget(request: Request, response: Response): void {
    const token = this.#token(request);
    if (token === undefined) return;
    this.#logins.delete(token);
    response.clearCookie(this.#cookie, { httpOnly: true, sameSite: 'lax', secure: this.#secure });
  }

  #token(request: Request): string | undefined {
    return request.headers.cookie
      ?.split(';')
      .map((pair) => pair.trim())
      .find((pair) => pair.startsWith(`${this.#cookie}=`))
      ?.slice(this.#cookie.length + 1);
  }
}
