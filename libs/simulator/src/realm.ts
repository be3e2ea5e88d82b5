import type { Archived } from './archive.js';
import type { OidcClaims } from './oidc/claims.js';
import { oidcClaims } from './oidc/claims.js';
import { OidcClients } from './oidc/clients.js';
import { Participations } from './participations.js';
import { People } from './people.js';
import type { Person } from './person.js';
import type { Personality } from './personality.js';
import { asPersonality } from './personality.js';
import type { SamlAttribute } from './saml/attributes.js';
import { samlAttributes } from './saml/attributes.js';
import { ScimDirectories } from './scim/directories.js';
import { Provisioning } from './scim/provisioning.js';
import { ServiceProviders } from './saml/service-providers.js';

/** What both protocols and the pages share: who there is, who may ask, and how answers are worded. */
export class Realm {
  readonly people: People;
  readonly clients: OidcClients;
  readonly serviceProviders: ServiceProviders;
  readonly scim: Provisioning;
  readonly participations = new Participations();
  /** Calls to the URL that overage markers name. A relying party that heeds rule M9 leaves it at 0. */
  claimSourceRequests = 0;
  /** `userinfo` keeps all but `sub` out of ID tokens, as IdPs with slim tokens do. */
  claimsIn: 'id-token-and-userinfo' | 'userinfo' = 'id-token-and-userinfo';
  #personality: Personality;
  readonly #changed: () => void;

  /** @param keep is called after each edit with all there is */
  constructor(
    readonly url: string,
    begin: Archived,
    subjectSecret: string,
    keep: (archived: Archived) => void,
  ) {
    this.#changed = () => keep(this.#archived());
    this.people = new People(begin.people, subjectSecret, this.#changed, begin.removed);
    this.clients = new OidcClients(begin.clients, this.#changed);
    this.serviceProviders = new ServiceProviders(begin.serviceProviders, this.#changed);
    this.#personality = asPersonality(begin.personality ?? 'array');
    const directories = new ScimDirectories(begin.directories ?? [], this.#changed);
    this.scim = new Provisioning(directories, this.people, () => this.#personality, this.#changed);
  }

  get personality(): Personality {
    return this.#personality;
  }

  set personality(name: Personality) {
    this.#personality = asPersonality(name);
    this.#changed();
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

  #archived(): Archived {
    return {
      personality: this.#personality,
      people: this.people.list(),
      removed: this.people.removed(),
      clients: this.clients.list(),
      serviceProviders: this.serviceProviders.list(),
      directories: this.scim.directories.archived(),
    };
  }
}
