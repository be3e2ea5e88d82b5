import type { ConnectionContext } from './connection-context.js';
import { browserEndpoint } from './discovery-cache.js';

/** With a longer hint the address outgrows what servers read; the IdP then asks the person whom it is about. */
const LONGEST_HINT = 4_096;

export interface LogoutRequest {
  /** The ID token of the sign-in. A secret: it is seen by the person's browser and the IdP alone. */
  readonly idToken?: string;
  /** As registered at the IdP. */
  readonly postLogoutRedirectUri: string;
  /** Comes back with the browser. */
  readonly state: string;
}

/**
 * Where the browser has to go for the IdP to end its session (OpenID Connect RP-Initiated Logout 1.0, section 2). Undefined where
 * the IdP says no address for it. Throws OidcError where it cannot be asked.
 */
export async function endSessionUrl(
  { settings, dependencies }: ConnectionContext,
  { idToken, postLogoutRedirectUri, state }: LogoutRequest,
): Promise<string | undefined> {
  const { metadata } = await dependencies.discovery.get(settings);
  const endpoint = browserEndpoint(metadata, 'end_session_endpoint', settings.issuer);
  if (endpoint === undefined) return undefined;
  const url = new URL(endpoint);
  if (idToken !== undefined && idToken.length <= LONGEST_HINT) url.searchParams.set('id_token_hint', idToken);
  url.searchParams.set('client_id', settings.clientId);
  url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
  url.searchParams.set('state', state);
  return url.href;
}
