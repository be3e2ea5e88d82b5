import type { Connection } from '@idp-roles/store';
import type { SignInUrls } from '../../sign-in/sign-in-urls.js';

/** What an admin enters at the IdP. */
export type ServiceProviderView = SamlServiceProvider | OidcRelyingParty;

export interface SamlServiceProvider {
  readonly entityId: string;
  readonly acsUrl: string;
  /** Single logout, by Redirect and POST. */
  readonly sloUrl: string;
  readonly metadataUrl: string;
}

export interface OidcRelyingParty {
  readonly redirectUri: string;
  /** Where people return to from a logout at the IdP. */
  readonly postLogoutRedirectUri: string;
  readonly backchannelLogoutUri: string;
}

export function serviceProvider(
  { id, protocol }: Pick<Connection, 'id' | 'protocol'>,
  urls: SignInUrls,
): ServiceProviderView {
  return protocol === 'oidc' ? oidcRelyingParty(id, urls) : samlServiceProvider(id, urls);
}

export function samlServiceProvider(id: string, urls: SignInUrls): SamlServiceProvider {
  return {
    entityId: urls.entityId(id),
    acsUrl: urls.acsUrl(id),
    sloUrl: urls.sloUrl(id),
    metadataUrl: urls.metadataUrl(id),
  };
}

export function oidcRelyingParty(id: string, urls: SignInUrls): OidcRelyingParty {
  return {
    redirectUri: urls.redirectUri(id),
    postLogoutRedirectUri: urls.signedOutUrl(id),
    backchannelLogoutUri: urls.backchannelLogoutUrl(id),
  };
}
