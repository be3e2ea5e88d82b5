import * as client from 'openid-client';
import type { Provider } from './discovery-cache.js';
import { DEFAULT_SIGNING_ALG, type OidcSettings } from './oidc-settings.js';
import type { Clock } from './sign-in.js';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * One sign-in's view of the IdP. Made anew for each: it carries a fetch that knows the pending sign-in, and building it
 * costs a clone of the discovery document.
 */
export function configurationOf(
  settings: OidcSettings,
  { metadata }: Provider,
  fetch: Fetch,
  clock: Clock,
): client.Configuration {
  const configuration = new client.Configuration(
    metadata,
    settings.clientId,
    {
      id_token_signed_response_alg: settings.idTokenSigningAlg ?? DEFAULT_SIGNING_ALG,
      [client.clockSkew]: Math.round((clock() - Date.now()) / 1000),
    },
    authenticationOf(settings, metadata),
  );
  configuration[client.customFetch] = (url, init) => fetch(url, init as RequestInit);
  if (new URL(settings.issuer).protocol === 'http:') client.allowInsecureRequests(configuration);
  return configuration;
}

function authenticationOf(settings: OidcSettings, metadata: client.ServerMetadata): client.ClientAuth {
  const secret = settings.clientSecret;
  if (secret === undefined || settings.clientAuthentication === 'none') return client.None();
  // OpenID Connect Discovery 3: absent means Basic.
  const supported = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const byDefault = supported.includes('client_secret_basic') ? 'client_secret_basic' : 'client_secret_post';
  return (settings.clientAuthentication ?? byDefault) === 'client_secret_basic'
    ? client.ClientSecretBasic(secret)
    : client.ClientSecretPost(secret);
}
