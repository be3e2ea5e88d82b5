import type { Outbound } from '@idp-roles/outbound';
import type { DiscoveryCache } from './discovery-cache.js';
import type { OidcSettings } from './oidc-settings.js';
import type { Clock } from './sign-in.js';

export interface OidcDependencies {
  readonly outbound: Pick<Outbound, 'fetch'>;
  readonly discovery: DiscoveryCache;
  readonly clock?: Clock;
}

/** A connection's settings and what is needed to reach its IdP. */
export interface ConnectionContext {
  readonly settings: OidcSettings;
  readonly dependencies: OidcDependencies;
}

export function nowOf({ dependencies }: ConnectionContext): number {
  return (dependencies.clock ?? Date.now)();
}
