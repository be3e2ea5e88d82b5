import * as client from 'openid-client';
import type { Simulator } from '../src/index.js';

export const callback = 'http://app.test/callback';

/** A relying party that checks signatures and RFC 9207 `iss`; register it first. */
export async function relyingParty(simulator: Simulator, auth = client.ClientSecretPost('secret')) {
  simulator.oidc.registerClient({
    clientId: 'app',
    clientSecret: 'secret',
    redirectUris: [callback],
    postLogoutRedirectUris: ['http://app.test/bye'],
  });
  const config = await client.discovery(new URL(simulator.oidc.issuer), 'app', undefined, auth, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  });
  return {
    config,
    /** One sign-in, up to the verified claims. */
    async signIn(login: string, parameters: Record<string, string> = {}) {
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const expectedState = client.randomState();
      const expectedNonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: callback,
        scope: 'openid email profile groups',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        ...parameters,
      });
      const answered = await simulator.answerOidc(url.href, login);
      const tokens = await client.authorizationCodeGrant(config, new URL(answered), {
        pkceCodeVerifier,
        expectedState,
        expectedNonce,
      });
      const claims = tokens.claims() ?? { sub: '' };
      const userInfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      return { url, answered, tokens, claims, userInfo };
    },
  };
}
