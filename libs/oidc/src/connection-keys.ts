import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { asOidcError } from './failure.js';
import { OidcError } from './oidc-error.js';
import type { Clock } from './sign-in.js';

/** Keys older than this are fetched anew: a key the IdP withdrew is not believed for longer. */
const KEYS_MAX_AGE_MS = 10 * 60_000;
/** L2: tokens with made-up key ids cannot make us call the IdP more often than this. */
const REFRESH_COOLDOWN_MS = 30_000;
/** A key set that could not be fetched is not asked for again before this. */
const FAILURE_MS = 10_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;
/** Who asks for a key. Anybody can post a logout token, so what those ask for delays no sign-in: each has a cooldown of its own. */
type KeyUse = 'sign-in' | 'logout';
type FetchJwks = () => Promise<Response>;

/**
 * The signing keys of one connection's IdP. openid-client keeps keys too, but looks for a new key only a minute after
 * the last download and fails the sign-ins in between; here an unknown key id refreshes at once, and then not for 30 s.
 */
export class ConnectionKeys {
  #current?: { readonly keys: KeySet; readonly at: number };
  #loading?: Promise<KeySet>;
  #failure?: { readonly error: OidcError; readonly at: number };
  readonly #refreshedAt = { 'sign-in': Number.NEGATIVE_INFINITY, logout: Number.NEGATIVE_INFINITY };

  constructor(
    readonly fetchJwks: FetchJwks,
    readonly clock: Clock,
  ) {}

  /** Throws OidcError: `id-token-key-unknown`, or why the keys could not be had. */
  async find(header: JWSHeaderParameters, use: KeyUse = 'sign-in'): Promise<CryptoKey> {
    const { keys, loadedNow } = await this.#fresh();
    const key = await select(keys, header);
    if (key) return key;
    if (loadedNow) throw unknownKey(header);
    const now = this.clock();
    if (!this.#loading && now - this.#refreshedAt[use] < REFRESH_COOLDOWN_MS) throw unknownKey(header);
    if (!this.#loading) this.#refreshedAt[use] = now;
    const refreshed = await select(await this.#load(), header);
    if (refreshed) return refreshed;
    throw unknownKey(header);
  }

  async #fresh(): Promise<{ keys: KeySet; loadedNow: boolean }> {
    const current = this.#current;
    if (current && this.clock() - current.at < KEYS_MAX_AGE_MS)
      return { keys: current.keys, loadedNow: false };
    return { keys: await this.#load(), loadedNow: true };
  }

  #load(): Promise<KeySet> {
    const failure = this.#failure;
    if (failure && this.clock() - failure.at < FAILURE_MS) return Promise.reject(failure.error);
    this.#loading ??= this.#download().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #download(): Promise<KeySet> {
    try {
      const keys = createLocalJWKSet(await jwksOf(await this.fetchJwks()));
      this.#current = { keys, at: this.clock() };
      this.#failure = undefined;
      return keys;
    } catch (thrown) {
      const error = asOidcError(thrown);
      this.#failure = { error, at: this.clock() };
      throw error;
    }
  }
}

async function select(keys: KeySet, header: JWSHeaderParameters): Promise<CryptoKey | undefined> {
  try {
    return await keys(header);
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    throw new OidcError(
      'id-token-key-unknown',
      'no single key of the identity provider fits the ID token',
      error,
    );
  }
}

async function jwksOf(response: Response): Promise<JSONWebKeySet> {
  if (response.status !== 200) {
    throw new OidcError(
      'idp-answer-invalid',
      `the identity provider answered ${response.status} when asked for its keys`,
    );
  }
  try {
    return (await response.json()) as JSONWebKeySet;
  } catch (cause) {
    throw new OidcError('idp-answer-invalid', 'the keys of the identity provider are not JSON', cause);
  }
}

function unknownKey(header: JWSHeaderParameters): OidcError {
  const cause = new Error(
    `key id ${JSON.stringify(header.kid)} with algorithm ${JSON.stringify(header.alg)}`,
  );
  return new OidcError(
    'id-token-key-unknown',
    'the ID token is signed with a key that the identity provider does not publish',
    cause,
  );
}
