import type { Outbound } from '@idp-roles/outbound';
import { DiscoveryCache, OidcStrategy, type ConnectionContext, type OidcSettings } from '@idp-roles/oidc';
import { SamlStrategy, type SamlSettings } from '@idp-roles/saml';
import type { Connection, ConnectionSecrets } from '@idp-roles/store';
import { LRUCache } from 'lru-cache';
import type { Strategy } from 'passport';
import type { SignInUrls } from './sign-in-urls.js';
import type { VerifiedPerson } from './verified-person.js';

/** What passport hands from a strategy's verify hook to `authenticate`'s callback. */
type Verify = (person: VerifiedPerson) => Promise<unknown>;

/**
 * One strategy per connection and version, made when first needed and never registered by name (L1): an edited
 * connection is live at the next sign-in, without a restart. The verify hook does one thing: it passes the person on.
 */
export class SignInStrategies {
  readonly #made = new LRUCache<string, Strategy>({ max: 500 });
  readonly #contexts = new LRUCache<string, Promise<ConnectionContext>>({ max: 500 });
  readonly #discovery: DiscoveryCache;

  constructor(
    private readonly outbound: Outbound,
    private readonly urls: SignInUrls,
    private readonly secrets: (connection: Connection) => Promise<ConnectionSecrets>,
    private readonly clock: () => number,
  ) {
    this.#discovery = new DiscoveryCache({ outbound, clock });
  }

  async of(connection: Connection): Promise<Strategy> {
    const key = `${connection.id}@${connection.version}`;
    const made = this.#made.get(key);
    if (made) return made;
    const strategy = connection.protocol === 'saml' ? this.#saml(connection) : await this.#oidc(connection);
    this.#made.set(key, strategy);
    return strategy;
  }

  /**
   * An OpenID Connect connection's settings, and how its IdP is reached. Made once for all who ask at the same time: each making
   * forgets what was discovered, so that many first sign-ins at once would each ask the IdP.
   */
  oidcContext(connection: Connection): Promise<ConnectionContext> {
    const key = `${connection.id}@${connection.version}`;
    const known = this.#contexts.get(key);
    if (known) return known;
    const context = this.#newContext(connection);
    this.#contexts.set(key, context);
    context.catch(() => {
      if (this.#contexts.peek(key) === context) this.#contexts.delete(key);
    });
    return context;
  }

  async #newContext(connection: Connection): Promise<ConnectionContext> {
    const { clientSecret } = await this.secrets(connection);
    this.#discovery.forget(connection.id);
    const settings: OidcSettings = {
      ...(connection.settings as unknown as OidcSettings),
      connection: connection.id,
      clientSecret,
      redirectUri: this.urls.redirectUri(connection.id),
      requiredClaims: connection.requiredClaims,
      subjectClaim: connection.subjectClaim,
    };
    const dependencies = { outbound: this.outbound, discovery: this.#discovery, clock: this.clock };
    return { settings, dependencies };
  }

  samlSettings(connection: Connection): SamlSettings {
    return {
      ...(connection.settings as unknown as SamlSettings),
      connection: connection.id,
      entityId: this.urls.entityId(connection.id),
      acsUrl: this.urls.acsUrl(connection.id),
      sloUrl: this.urls.sloUrl(connection.id),
      requiredClaims: connection.requiredClaims,
      subjectClaim: connection.subjectClaim,
    };
  }

  #saml(connection: Connection): Strategy {
    return new SamlStrategy(
      this.samlSettings(connection),
      { clock: this.clock },
      passOn,
    ) as unknown as Strategy;
  }

  async #oidc(connection: Connection): Promise<Strategy> {
    const { settings, dependencies } = await this.oidcContext(connection);
    return new OidcStrategy(settings, dependencies, passOn);
  }
}

const passOn: Verify = (person) => Promise.resolve(person);
