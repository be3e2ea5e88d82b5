import { randomNonce } from 'openid-client';
import { configurationOf } from './client-configuration.js';
import { nowOf, type ConnectionContext } from './connection-context.js';
import { asOidcError } from './failure.js';
import { requestAuthorization } from './library-strategy.js';
import { DEFAULT_SCOPES, type OidcSettings } from './oidc-settings.js';
import { pendingState } from './pending-secrets.js';
import type { BeginSignIn } from './sign-in.js';

/**
 * The URL to send the browser to: code flow, PKCE S256, `state` and nonce (L2). What the answer will be checked against has been
 * saved when it resolves. Throws OidcError, or what `save` threw.
 */
export async function beginSignIn(context: ConnectionContext, begin: BeginSignIn): Promise<string> {
  const nonce = randomNonce();
  const { url, codeVerifier } = await authorization(context, paramsOf(context.settings, begin, nonce));
  const since = begin.forceAuthn ? Math.floor(nowOf(context) / 1000) : undefined;
  const secrets = { state: begin.relayState, nonce, code_verifier: codeVerifier };
  await begin.save(pendingState(context.settings, secrets, since));
  return url;
}

function paramsOf(settings: OidcSettings, begin: BeginSignIn, nonce: string): URLSearchParams {
  const params = new URLSearchParams({
    scope: [...new Set(['openid', ...(settings.scopes ?? DEFAULT_SCOPES)])].join(' '),
    state: begin.relayState,
    nonce,
  });
  if (begin.loginHint !== undefined) params.set('login_hint', begin.loginHint);
  if (begin.forceAuthn) {
    params.set('prompt', 'login');
    params.set('max_age', '0');
  }
  return params;
}

async function authorization(
  context: ConnectionContext,
  params: URLSearchParams,
): ReturnType<typeof requestAuthorization> {
  const { settings, dependencies } = context;
  try {
    const provider = await dependencies.discovery.get(settings);
    const configuration = configurationOf(settings, provider, dependencies.outbound.fetch, () =>
      nowOf(context),
    );
    return await requestAuthorization(configuration, settings, params);
  } catch (error) {
    throw asOidcError(error);
  }
}
