import type { Connection } from '@idp-roles/store';
import type { SignInUrls } from '../../sign-in/sign-in-urls.js';

/** What an admin enters at the IdP. */
export type ServiceProviderView =
  | { readonly entityId: string; readonly acsUrl: string; readonly metadataUrl: string }
  | { readonly redirectUri: string };

export function serviceProvider(
  { id, protocol }: Pick<Connection, 'id' | 'protocol'>,
  urls: SignInUrls,
): ServiceProviderView {
  if (protocol === 'oidc') return { redirectUri: urls.redirectUri(id) };
  return { entityId: urls.entityId(id), acsUrl: urls.acsUrl(id), metadataUrl: urls.metadataUrl(id) };
}
