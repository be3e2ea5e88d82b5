import type { OidcClaims } from './oidc/claims.js';
import { oidcClaims } from './oidc/claims.js';
import type { OidcClients } from './oidc/clients.js';
import type { People } from './people.js';
import type { Person } from './person.js';
import type { Personality } from './personality.js';
import { asPersonality } from './personality.js';
import type { SamlAttribute } from './saml/attributes.js';
import { samlAttributes } from './saml/attributes.js';
import type { ServiceProviders } from './saml/service-providers.js';

/** What both protocols and the pages share: who there is, who may ask, and how answers are worded. */
export class Realm {
  /** Calls to the URL that overage markers name. A relying party that heeds rule M9 leaves it at 0. */
  claimSourceRequests = 0;
  /** `userinfo` keeps all but `sub` out of ID tokens, as IdPs with slim tokens do. */
  claimsIn: 'id-token-and-userinfo' | 'userinfo' = 'id-token-and-userinfo';
  #personality: Personality;

  constructor(
    readonly url: string,
    readonly people: People,
    readonly clients: OidcClients,
    readonly serviceProviders: ServiceProviders,
    personality: Personality,
  ) {
    this.#personality = personality;
  }

  get personality(): Personality {
    return this.#personality;
  }

  set personality(name: Personality) {
    this.#personality = asPersonality(name);
  }

  oidcClaims(person: Person): OidcClaims {
    return oidcClaims(person, this.#personality, this.#claimSource(person));
  }

  samlAttributes(person: Person): readonly SamlAttribute[] {
    return samlAttributes(person, this.#personality, this.#claimSource(person));
  }

  #claimSource(person: Person): string {
    return `${this.url}/claim-source/${encodeURIComponent(person.subject)}/getMemberObjects`;
  }
}
