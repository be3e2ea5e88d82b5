import { createHash } from 'node:crypto';
import { claimsOf } from '@idp-roles/mapping';
import { AuthorizationResponseError } from 'openid-client';
import { configurationOf, type Fetch } from './client-configuration.js';
import { completeClaims } from './complete-claims.js';
import { nowOf, type ConnectionContext } from './connection-context.js';
import type { Provider } from './discovery-cache.js';
import { ACCEPTED_FOR_MS, isIdentifier, verifyIdToken, type IdTokenClaims } from './id-token.js';
import { AuthorizationDenied, exchangeCode, type RequestSecrets, type Tokens } from './library-strategy.js';
import { OidcError } from './oidc-error.js';
import type { OidcSettings } from './oidc-settings.js';
import { secretsOf } from './pending-secrets.js';
import { PendingSignIn } from './pending-sign-in.js';
import { personOf } from './person.js';
import { checkRequiredClaims } from './required-claims.js';
import { responseError } from './response-error.js';
import type { FinishSignIn, VerifiedSignIn } from './sign-in.js';
import { askUserInfo, type UserInfo } from './user-info.js';

/**
 * Judges the IdP's answer, path and query of which are in `callback`. Throws OidcError, or what `consume` threw. The pending sign-in is consumed once
 * `state` and `iss` are proven and before the code is spent: of many copies of one answer a single one reaches the IdP.
 */
export async function finishSignIn(
  context: ConnectionContext,
  callback: string,
  finish: FinishSignIn,
): Promise<VerifiedSignIn> {
  const { settings, dependencies } = context;
  const secrets = secretsOf(settings, finish);
  const provider = await dependencies.discovery.get(settings);
  const tokens = await exchange(context, provider, secrets, callback, finish);
  const idToken = await verifyIdToken(
    tokens.id_token ?? '',
    settings,
    provider.keys,
    finish.state,
    nowOf(context),
  );
  const userInfo = settings.useUserInfo ? await userInfoOf(context, provider, tokens, idToken) : undefined;
  return verifiedSignIn(settings, tokens, idToken, userInfo);
}

async function exchange(
  context: ConnectionContext,
  provider: Provider,
  secrets: RequestSecrets,
  callback: string,
  finish: FinishSignIn,
): Promise<Tokens> {
  const { settings, dependencies } = context;
  const tokenEndpoint = new URL(provider.metadata.token_endpoint ?? '').href;
  const pending = new PendingSignIn(finish);
  const fetch: Fetch = async (url, init) => {
    if (url === tokenEndpoint) await pending.consume();
    return dependencies.outbound.fetch(url, init);
  };
  const configuration = configurationOf(settings, provider, fetch, () => nowOf(context));
  try {
    return await exchangeCode(configuration, settings, secrets, callback);
  } catch (error) {
    if (error instanceof AuthorizationResponseError || error instanceof AuthorizationDenied)
      await pending.consume();
    if (pending.failure) throw pending.failure.error;
    throw responseError(error, callback, secrets.state, provider.metadata);
  }
}

async function userInfoOf(
  context: ConnectionContext,
  provider: Provider,
  tokens: Tokens,
  { sub }: IdTokenClaims,
): Promise<UserInfo> {
  const { fetch } = context.dependencies.outbound;
  const configuration = configurationOf(context.settings, provider, fetch, () => nowOf(context));
  return askUserInfo(configuration, tokens.access_token, sub);
}

function verifiedSignIn(
  settings: OidcSettings,
  tokens: Tokens,
  idToken: IdTokenClaims,
  userInfo: UserInfo | undefined,
): VerifiedSignIn {
  const failed = userInfo && 'failed' in userInfo ? userInfo.failed : undefined;
  const claims = completeClaims(idToken, userInfo && 'claims' in userInfo ? userInfo.claims : {});
  checkRequiredClaims(claims, settings.requiredClaims);
  const { sub, sid } = idToken;
  return {
    issuer: settings.issuer,
    subject: subjectOf(settings, idToken),
    format: formatOf(settings),
    claims: claimsOf(claims, failed && { partial: 'userinfo-failed' }),
    ...personOf(claims),
    sub,
    ...(isIdentifier(sid) && { sessionIndex: sid }),
    replayKey: { id: replayId(settings, idToken), expiresAt: idToken.iat * 1000 + ACCEPTED_FOR_MS },
    idToken: tokens.id_token,
    ...(failed && {
      warnings: [{ code: failed.code, message: `UserInfo could not be read: ${failed.message}` }],
    }),
  };
}

function formatOf({ subjectClaim = 'sub' }: OidcSettings): string {
  return subjectClaim === 'sub' ? 'sub' : `claim:${subjectClaim}`;
}

/** Read from what is signed only: UserInfo completes a person's claims and never says who the person is. */
function subjectOf({ subjectClaim = 'sub' }: OidcSettings, idToken: IdTokenClaims): string {
  const subject = Object.hasOwn(idToken, subjectClaim) ? idToken[subjectClaim] : undefined;
  if (isIdentifier(subject)) return subject;
  throw new OidcError(
    'subject-claim-missing',
    `the ID token has no claim \`${subjectClaim}\` of 1 to 255 characters, by which this connection recognises people`,
  );
}

/** The nonce is ours, new for each sign-in, and signed: no two sign-ins share it. */
function replayId({ connection }: OidcSettings, { nonce }: IdTokenClaims): string {
  return createHash('sha256')
    .update(JSON.stringify(['oidc', connection, nonce]))
    .digest('base64url');
}
