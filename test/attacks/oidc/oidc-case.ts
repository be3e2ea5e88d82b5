import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SigningKey } from '../signing-key.js';
import type { Expectation } from '../verdict.js';
import type { Json } from './jws.js';

/** Made anew at each run. */
export interface OidcKeys {
  readonly idp: SigningKey;
  readonly idpEc: SigningKey;
  /** Published by nobody, until a case publishes it. */
  readonly rogue: SigningKey;
  readonly weak: SigningKey;
}

/** One sign-in, as its provider sees it. */
export interface OidcSetting {
  readonly keys: OidcKeys;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of no other case. */
  readonly person: string;
  /** What an honest provider's ID token says. */
  readonly claims: Json;
  /** What the authorization request carried. */
  readonly asked: URLSearchParams;
  readonly redirectUri: string;
}

export type Route = (request: IncomingMessage, response: ServerResponse, body: URLSearchParams) => void;

/** Where a provider is not honest. Each gets what an honest one would have, and says what is sent instead. */
export interface Misbehaviour {
  readonly metadata?: (metadata: Json) => unknown;
  readonly jwks?: (keys: readonly Json[], setting: { readonly keys: OidcKeys }) => unknown;
  /** 200 if absent. */
  readonly jwksStatus?: number;
  readonly claims?: (claims: Json) => unknown;
  readonly idToken?: (setting: OidcSetting) => unknown;
  readonly tokens?: (tokens: Json, setting: OidcSetting) => unknown;
  readonly userInfo?: (claims: Json, setting: OidcSetting) => unknown;
  /** Parameters of the browser's way back; undefined leaves one out, a list repeats it. */
  readonly callback?: (
    setting: OidcSetting,
  ) => Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Path → answer in place of the usual one, honest or not. */
  readonly routes?: Readonly<Record<string, Route>>;
}

export interface OidcCase {
  readonly class: string;
  readonly name: string;
  readonly provider: Misbehaviour;
  readonly expect: (setting: { readonly person: string }) => Expectation;
  /** Fields of the connection besides the protocol's. */
  readonly connection?: Json;
  /** Fields of the connection's `oidc`. */
  readonly oidc?: Json;
  /** Refused before the browser is sent anywhere. */
  readonly atLogin?: boolean;
}
