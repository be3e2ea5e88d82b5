import type { Request, Response } from 'express';
import { Passport, type Strategy } from 'passport';
import type { VerifiedPerson } from './verified-person.js';

/** Ours alone: nothing is registered, and a host's own passport is never seen. */
const passport = new Passport();

/**
 * Runs one strategy instance (L1). Resolves with the person where it verified one, with undefined where the strategy
 * answered the request itself (a redirect to the IdP). The request is shown to passport through a stand-in, because
 * passport writes on it and a host's own `login`, `user` and `session` must stay as they are.
 */
export function authenticate(
  strategy: Strategy,
  request: Request,
  response: Response,
  options: object,
): Promise<VerifiedPerson | undefined> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown, person?: unknown) => {
      response.off('finish', answered);
      if (error) reject(error);
      else resolve((person as VerifiedPerson | false) || undefined);
    };
    const answered = () => resolve(undefined);
    response.once('finish', answered);
    const middleware = passport.authenticate(strategy, { ...options, session: false }, done) as Middleware;
    middleware(Object.create(request) as Request, response, (error?: unknown) => done(error));
  });
}

type Middleware = (request: Request, response: Response, next: (error?: unknown) => void) => void;
