import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { EphemeralStore } from '@idp-roles/store';
import type { Request, Response } from 'express';
import session, { type Session } from 'express-session';
import { KeyvSessionStore } from './keyv-session-store.js';

/** Who a session speaks for: one member (L8). */
export interface SessionPrincipal {
  readonly organization: string;
  readonly member: string;
  readonly connection: string;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** Milliseconds since the epoch: the absolute end, whatever happens in between. */
  readonly endsAt: number;
  /** What the IdP must be told to end its own session, sealed. */
  readonly atIdp?: string;
}

/** A session that a browser has, and whose index it stands in. */
export interface OpenSession {
  /** As in the cookie; the index and the store know it by its hash. */
  readonly id: string;
  readonly organization: string;
}

export interface SessionSettings {
  readonly secrets: readonly string[];
  readonly secure: boolean;
  readonly idleMs: number;
  readonly absoluteMs: number;
  readonly clock: () => number;
}

type OurSession = Session & { principal?: SessionPrincipal };
/** express-session writes on the request it is given; this stands before the host's, so `request.session` stays the host's. */
type Facade = Request & { session: OurSession };

/** What the SQL index and the store know of a session id: its hash. */
export function hashSessionId(sid: string): string {
  return createHash('sha256').update(sid).digest('base64url');
}

/** Our sessions, beside any that the host has. Loaded once per request, and only when somebody asks (L3). */
export class Sessions {
  readonly cookieName: string;
  readonly #run: ReturnType<typeof session>;
  readonly #store: KeyvSessionStore;
  readonly #loading = new WeakMap<object, Promise<Facade>>();
  readonly #nextId = new WeakMap<object, string>();

  constructor(
    ephemeral: EphemeralStore,
    private readonly settings: SessionSettings,
  ) {
    this.cookieName = settings.secure ? '__Host-idp-roles' : 'idp-roles';
    this.#store = new KeyvSessionStore(ephemeral, settings.idleMs, settings.clock, hashSessionId);
    this.#run = session({
      name: this.cookieName,
      secret: settings.secrets.map(cookieKey),
      store: this.#store,
      genid: (request) => this.#nextId.get(request) ?? newSessionId(),
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: settings.secure, path: '/' },
    });
  }

  /** Undefined where nobody is signed in or the session's absolute end has come. Throws where the store is away. */
  async principal(
    request: Request,
    response: Response,
  ): Promise<(SessionPrincipal & { id: string }) | undefined> {
    if (!this.#hasCookie(request)) return undefined;
    const { session: ours, sessionID } = await this.#load(request, response);
    const principal = ours?.principal;
    if (!principal || principal.endsAt <= this.settings.clock()) return undefined;
    return { ...principal, id: hashSessionId(sessionID) };
  }

  /** The session that this browser has now, to be replaced by a sign-in. */
  async current(request: Request, response: Response): Promise<OpenSession | undefined> {
    if (!this.#hasCookie(request)) return undefined;
    const { session: ours, sessionID } = await this.#load(request, response);
    return ours?.principal && { id: sessionID, organization: ours.principal.organization };
  }

  /** An id for a session that is yet to begin; hashed, it goes into the sign-in's transaction. */
  newId(): string {
    return newSessionId();
  }

  /** When a session that begins now ends at the latest; the IdP may say that its own ends earlier (SAML core 2.0, section 2.7.2). */
  endOf(idpSessionEnd = Number.POSITIVE_INFINITY): number {
    return Math.min(this.settings.clock() + this.settings.absoluteMs, idpSessionEnd);
  }

  /** Begins a session under `id`, always a new one (fixation), and ends the one it replaces. Resolves once it is stored. */
  async begin(
    request: Request,
    response: Response,
    id: string,
    principal: SessionPrincipal,
    replaces?: string,
  ): Promise<void> {
    const facade = await this.#load(request, response);
    this.#nextId.set(facade, id);
    await promised((done) => facade.session.regenerate(done));
    facade.session.principal = principal;
    await promised((done) => facade.session.save(done));
    if (replaces !== undefined && replaces !== id)
      await promised((done) => this.#store.destroy(replaces, done));
  }

  /** Ends this browser's session; the hash of its id, or undefined where there was none. */
  async end(request: Request, response: Response): Promise<string | undefined> {
    if (!this.#hasCookie(request)) return undefined;
    const facade = await this.#load(request, response);
    const id = hashSessionId(facade.sessionID);
    await promised((done) => facade.session.destroy(done));
    response.clearCookie(this.cookieName, {
      httpOnly: true,
      sameSite: 'lax',
      secure: this.settings.secure,
      path: '/',
    });
    return id;
  }

  /** Drops what ended sessions held; `ids` as the index knows them, which has refused them already. */
  async forget(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#store.forget(id)));
  }

  #hasCookie(request: Request): boolean {
    return request.headers.cookie?.includes(`${this.cookieName}=`) ?? false;
  }

  #load(request: Request, response: Response): Promise<Facade> {
    const loading = this.#loading.get(request);
    if (loading) return loading;
    const facade = standIn(request);
    const loaded = promised((done) => this.#run(facade, response, done)).then(() => facade);
    this.#loading.set(request, loaded);
    return loaded;
  }
}

/**
 * express-session sets and deletes these on the request. The screen in the middle keeps a deleted one from showing
 * the host's own, which would then be saved as ours.
 */
function standIn(request: Request): Facade {
  const hidden = { value: undefined, writable: true };
  const screen = Object.create(request, {
    session: hidden,
    sessionID: hidden,
    sessionStore: hidden,
  }) as object;
  return Object.create(screen) as Facade;
}

function newSessionId(): string {
  return randomBytes(32).toString('base64url');
}

function cookieKey(secret: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'idp-roles session cookie', 32)).toString('base64url');
}

function promised(call: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });
}
