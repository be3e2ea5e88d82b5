import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { Strategy } from 'openid-client/passport';

export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** What openid-client's Passport strategy keeps of a request until its response. All three are bound to the answer. */
export interface RequestSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly code_verifier: string;
}

interface Connection {
  readonly connection: string;
  readonly redirectUri: string;
}

/**
 * openid-client's Passport strategy, run on a request of our making: its `session` is the pending sign-in's record and
 * nothing of the host's, and what it would tell Passport becomes a promise. It makes the PKCE verifier, checks `state` and
 * `iss`, exchanges the code and checks the ID token's claims and nonce.
 */
class PendingStrategy extends Strategy {
  constructor(
    configuration: Configuration,
    { connection, redirectUri }: Connection,
    readonly params: URLSearchParams,
    readonly begins: boolean,
  ) {
    super(
      { config: configuration, name: nameOf(connection), sessionKey: SESSION_KEY, callbackURL: redirectUri },
      (tokens, verified) => verified(null, tokens as unknown as Express.User),
    );
  }

  override authorizationRequestParams(): URLSearchParams {
    return this.params;
  }

  /** Never guessed from the query: an answer without `code` must not start another round trip. */
  override shouldInitiateAuthRequest(): boolean {
    return this.begins;
  }

  override currentUrl(request: { readonly originalUrl: string }): URL {
    return new URL(request.originalUrl, 'https://callback.invalid');
  }
}

const SESSION_KEY = 'pending';

export function nameOf(connection: string): string {
  return `oidc:${connection}`;
}

/** The address to send the browser to, and the PKCE verifier (S256) to keep. */
export async function requestAuthorization(
  configuration: Configuration,
  connection: Connection,
  params: URLSearchParams,
): Promise<{ readonly url: string; readonly codeVerifier: string }> {
  const session: Record<string, RequestSecrets> = {};
  const url = await outcomeOf<string>(new PendingStrategy(configuration, connection, params, true), {
    session,
  });
  const codeVerifier = session[SESSION_KEY]?.code_verifier;
  if (!codeVerifier) throw new TypeError('openid-client kept no code verifier');
  return { url, codeVerifier };
}

/** Checks the answer in `callback` (path and query of the request) against `secrets` and exchanges its code. */
export function exchangeCode(
  configuration: Configuration,
  connection: Connection,
  secrets: RequestSecrets,
  callback: string,
): Promise<Tokens> {
  const session = { [SESSION_KEY]: { ...secrets } };
  const strategy = new PendingStrategy(configuration, connection, new URLSearchParams(), false);
  return outcomeOf<Tokens>(strategy, { session, originalUrl: callback });
}

/** Plays Passport: the four things a strategy may say, as one promise. */
function outcomeOf<T>(
  strategy: PendingStrategy,
  request: { readonly session: object; readonly originalUrl?: string },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const actions = {
      redirect: resolve,
      success: resolve,
      error: reject,
      fail: (challenge: unknown) => reject(new AuthorizationDenied(challenge)),
    };
    const acting = Object.assign(Object.create(strategy) as PendingStrategy, actions);
    const facade = { method: 'GET', originalUrl: '/', ...request };
    acting.authenticate.call(acting as never, facade as never, {});
  });
}

/** `access_denied`, which openid-client reports as a failed challenge rather than as an error. */
export class AuthorizationDenied extends Error {
  constructor(readonly challenge: unknown) {
    super('authorization denied');
  }
}
