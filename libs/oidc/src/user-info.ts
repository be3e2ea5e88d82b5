import * as client from 'openid-client';
import { asOidcError } from './failure.js';
import { OidcError } from './oidc-error.js';

export type UserInfo =
  { readonly claims: Readonly<Record<string, unknown>> } | { readonly failed: OidcError };

/**
 * UserInfo of the same subject. Whatever goes wrong is an answer, not a refusal: the caller knows less, and says so (M9). Claims
 * of another subject are a refusal (OpenID Connect Core 5.3.2). A signed UserInfo has its signature verified.
 */
export async function askUserInfo(
  configuration: client.Configuration,
  accessToken: string,
  subject: string,
): Promise<UserInfo> {
  client.enableNonRepudiationChecks(configuration);
  try {
    return { claims: await client.fetchUserInfo(configuration, accessToken, subject) };
  } catch (error) {
    if (isOtherSubject(error)) {
      throw new OidcError(
        'user-info-subject-mismatch',
        'UserInfo is about another person than the ID token',
        error,
      );
    }
    return { failed: asOidcError(error) };
  }
}

function isOtherSubject(error: unknown): boolean {
  if (!(error instanceof client.ClientError) || error.code !== 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')
    return false;
  const details = error.cause instanceof Error ? error.cause.cause : error.cause;
  return (
    typeof details === 'object' && details !== null && 'attribute' in details && details.attribute === 'sub'
  );
}
