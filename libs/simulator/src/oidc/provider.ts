import { Provider } from 'oidc-provider';
import type { SimulatorKeys } from '../keys.js';
import { errorPage } from '../pages/error-page.js';
import { postFormPage } from '../pages/post-form-page.js';
import { signedOutPage } from '../pages/signed-out-page.js';
import type { Realm } from '../realm.js';
import { tokenAdapter, Tokens } from './adapter.js';
import { claimsByScope } from './claims.js';
import { signingJwk } from './logout-token.js';

const minute = 60;
const hour = 60 * minute;

/**
 * The OpenID provider: code flow with PKCE, RS256, RFC 9207 `iss`, RP-initiated and back-channel logout.
 * Cookies carry the port, because a host's ports share their cookies.
 */
export function openIdProvider(realm: Realm, keys: SimulatorKeys, behindProxy: boolean): Provider {
  const { port, protocol } = new URL(realm.url);
  const cookie = (name: string) => `simulator-${port}-${name}`;
  const secure = protocol === 'https:';
  const tokens = new Tokens();

  const provider: Provider = new Provider(`${realm.url}/oidc`, {
    adapter: (model: string) => tokenAdapter(model, tokens, realm.clients),
    jwks: {
      keys: [signingJwk(keys)],
    },
    cookies: {
      keys: [keys.secret],
      names: { session: cookie('session'), interaction: cookie('interaction'), resume: cookie('resume') },
      long: { httpOnly: true, sameSite: 'lax', secure },
      short: { httpOnly: true, sameSite: 'lax', secure },
    },
    scopes: ['openid', 'email', 'profile', 'groups', 'offline_access'],
    claims: claimsByScope,
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx) => {
          const xsrf = String(ctx.oidc.session?.state?.secret);
          ctx.type = 'html';
          ctx.body = postFormPage({
            title: 'Signing out',
            action: provider.urlFor('end_session_confirm'),
            fields: { xsrf, logout: 'yes' },
          });
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.type = 'html';
          ctx.body = signedOutPage();
        },
      },
    },
    interactions: { url: (_ctx, interaction) => `${realm.url}/sign-in/oidc/${interaction.uid}` },
    ttl: {
      AccessToken: hour,
      AuthorizationCode: minute,
      Grant: hour,
      IdToken: hour,
      Interaction: hour,
      RefreshToken: 24 * hour,
      Session: 24 * hour,
    },
    async findAccount(_ctx, subject) {
      const person = realm.people.withSubject(subject);
      if (!person) return undefined;
      return {
        accountId: subject,
        async claims(use) {
          return use === 'id_token' && realm.claimsIn === 'userinfo'
            ? { sub: subject }
            : realm.oidcClaims(person);
        },
      };
    },
    async loadExistingGrant(ctx) {
      const grant = new provider.Grant({
        clientId: ctx.oidc.client?.clientId,
        accountId: ctx.oidc.session?.accountId,
      });
      grant.addOIDCScope('openid email profile groups offline_access');
      await grant.save();
      return grant;
    },
    async renderError(ctx, out) {
      ctx.type = 'html';
      ctx.body = errorPage({ code: out.error, message: out.error_description ?? 'the request was refused' });
    },
  });
  provider.on('grant.success', ({ oidc }) => {
    const { AuthorizationCode: code } = oidc.entities;
    const person = realm.people.withSubject(code?.accountId ?? '');
    if (!person || code?.sid === undefined || code.clientId === undefined) return;
    const { clientId, sid } = code;
    realm.participations.add({
      protocol: 'oidc',
      login: person.login,
      clientId,
      subject: person.subject,
      sid,
    });
  });
  // An application began the logout: all that this browser was signed in to has been told.
  provider.on('backchannel.success', (_ctx, _client, _accountId, sid) => realm.participations.endSid(sid));
  provider.on('backchannel.error', (_ctx, _error, _client, _accountId, sid) =>
    realm.participations.endSid(sid),
  );
  provider.proxy = behindProxy;
  return provider;
}
