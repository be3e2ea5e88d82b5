import type { SigningKey } from '../signing-key.js';
import type { Expectation } from '../verdict.js';

/** Made anew at each run. */
export interface SamlKeys {
  /** What the connection trusts. */
  readonly idp: SigningKey;
  /** An EC key that the connection trusts as well. */
  readonly idpEc: SigningKey;
  /** Anybody's. */
  readonly rogue: SigningKey;
  readonly rogueEc: SigningKey;
}

/** One sign-in under way, as whoever writes an answer to it sees it. */
export interface SamlSetting {
  readonly keys: SamlKeys;
  readonly issuer: string;
  readonly entityId: string;
  readonly acsUrl: string;
  readonly requestId: string;
  readonly relayState: string;
  /** Unique, for identifiers. */
  readonly id: string;
  /** The NameID of who signs in; of no other case. */
  readonly person: string;
}

/** What the browser posts, where that is more than the XML in base64 with the RelayState. */
export interface Posted {
  /** Value of the field; by default the base64 of `xml`. */
  readonly encoded?: string;
  readonly xml?: string;
  /** Null: none. */
  readonly relayState?: string | null;
  /** The whole body in place of a form. */
  readonly body?: string;
  readonly contentType?: string;
}

export interface SamlCase {
  readonly class: string;
  readonly name: string;
  readonly make: (setting: SamlSetting) => string | Posted;
  /** Of who is meant by `person`. */
  readonly expect: (setting: SamlSetting) => Expectation;
  /** Fields of the connection, which is then one of its own. */
  readonly connection?: Readonly<Record<string, unknown>>;
}
