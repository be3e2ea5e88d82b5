import { isLoopbackHost, type Outbound } from '@idp-roles/outbound';
import * as client from 'openid-client';
import { ConnectionKeys } from './connection-keys.js';
import { asOidcError } from './failure.js';
import { OidcError } from './oidc-error.js';
import type { OidcSettings } from './oidc-settings.js';
import type { Clock } from './sign-in.js';

/** An IdP as its discovery document describes it. */
export interface Provider {
  readonly metadata: client.ServerMetadata;
  readonly keys: ConnectionKeys;
}

export interface DiscoveryOptions {
  readonly outbound: Pick<Outbound, 'fetch'>;
  readonly clock?: Clock;
  /** How long a discovery document is believed. Default one hour. */
  readonly ttlMs?: number;
  /** How long a failure is answered without asking again. Default 10 s. */
  readonly failureTtlMs?: number;
  /** Connections kept; the one asked for longest ago goes first. Default 1 000. */
  readonly capacity?: number;
}

interface Entry {
  readonly provider: Promise<Provider>;
  expiresAt: number;
}

type Wanted = Pick<OidcSettings, 'connection' | 'issuer' | 'clientId'>;

/**
 * Discovery documents and keys, per connection, issuer and client: what one organization's IdP does is never felt by another's.
 * Concurrent questions share one call; failures are remembered shortly, so that a slow IdP does not hold every sign-in for 10 s.
 */
export class DiscoveryCache {
  readonly #entries = new Map<string, Entry>();
  readonly #options: Required<DiscoveryOptions>;

  constructor(options: DiscoveryOptions) {
    this.#options = { clock: Date.now, ttlMs: 3_600_000, failureTtlMs: 10_000, capacity: 1_000, ...options };
  }

  /** Throws OidcError: `idp-unreachable`, `idp-timeout`, `idp-address-refused`, `idp-answer-invalid`, `discovery-issuer-mismatch`. */
  get(wanted: Wanted): Promise<Provider> {
    const key = JSON.stringify([wanted.connection, wanted.issuer, wanted.clientId]);
    const held = this.#entries.get(key);
    this.#entries.delete(key);
    const entry = held && this.#options.clock() < held.expiresAt ? held : this.#ask(wanted);
    this.#entries.set(key, entry);
    this.#evict();
    return entry.provider;
  }

  /** Drops what is known of a connection, e.g. after an admin changed it or asked to test it. */
  forget(connection: string): void {
    for (const key of this.#entries.keys()) {
      if ((JSON.parse(key) as string[])[0] === connection) this.#entries.delete(key);
    }
  }

  #ask(wanted: Wanted): Entry {
    const { clock, ttlMs, failureTtlMs } = this.#options;
    const entry: Entry = { provider: this.#discover(wanted.issuer), expiresAt: Number.POSITIVE_INFINITY };
    entry.provider.then(
      () => (entry.expiresAt = clock() + ttlMs),
      () => (entry.expiresAt = clock() + failureTtlMs),
    );
    return entry;
  }

  #evict(): void {
    for (const key of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.capacity) return;
      this.#entries.delete(key);
    }
  }

  async #discover(issuer: string): Promise<Provider> {
    const { outbound, clock } = this.#options;
    try {
      const insecure = new URL(issuer).protocol === 'http:';
      const found = await client.discovery(new URL(issuer), 'unused', undefined, client.None(), {
        [client.customFetch]: (url, init) => outbound.fetch(url, init as RequestInit),
        execute: insecure ? [client.allowInsecureRequests] : [],
      });
      const metadata = plain(found.serverMetadata());
      // openid-client lets a foreign issuer pass for Entra and B2C hosts.
      if (metadata.issuer !== issuer) throw issuerMismatch(issuer, metadata.issuer);
      const jwksUri = endpoint(metadata, 'jwks_uri', insecure);
      endpoint(metadata, 'authorization_endpoint', insecure);
      endpoint(metadata, 'token_endpoint', insecure);
      return { metadata, keys: new ConnectionKeys(() => outbound.fetch(jwksUri), clock) };
    } catch (error) {
      throw discoveryError(error, issuer);
    }
  }
}

/** A browser is sent to one of these, so a document must not smuggle in another scheme or plain http. */
function endpoint(
  metadata: client.ServerMetadata,
  name: 'jwks_uri' | 'authorization_endpoint' | 'token_endpoint',
  insecure: boolean,
): string {
  const value = usable(metadata[name], insecure);
  if (value !== undefined) return value;
  throw new OidcError(
    'idp-answer-invalid',
    `\`${name}\` of the discovery document is missing or not an https URL`,
  );
}

/** Of an address that a document may lack: undefined also where it cannot be used. */
export function browserEndpoint(
  metadata: client.ServerMetadata,
  name: 'end_session_endpoint',
  issuer: string,
): string | undefined {
  return usable(metadata[name], new URL(issuer).protocol === 'http:');
}

function usable(value: unknown, insecure: boolean): string | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const isHttp = insecure && url?.protocol === 'http:' && isLoopbackHost(url.hostname);
  return url?.protocol === 'https:' || isHttp ? (value as string) : undefined;
}

function discoveryError(error: unknown, issuer: string): OidcError {
  if (error instanceof client.ClientError && error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') {
    const { body } = error.cause as { body?: { issuer?: unknown } };
    return issuerMismatch(issuer, body?.issuer, error);
  }
  return asOidcError(error);
}

function issuerMismatch(issuer: string, said: unknown, cause?: unknown): OidcError {
  const shown = typeof said === 'string' && said.length <= 300 ? said : 'something else';
  return new OidcError(
    'discovery-issuer-mismatch',
    `the identity provider at \`${issuer}\` calls itself \`${shown}\`; the issuer must be written exactly like that`,
    cause,
  );
}

/** Without the functions openid-client adds, so that it can be cloned into a Configuration. */
function plain(metadata: client.ServerMetadata): client.ServerMetadata {
  return JSON.parse(JSON.stringify(metadata)) as client.ServerMetadata;
}
