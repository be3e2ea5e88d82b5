const CONSUMERS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';
const ENTRA_MULTI_TENANT = new Set([
  'common',
  'organizations',
  'consumers',
  CONSUMERS_TENANT,
  '{tenantid}',
  '%7btenantid%7d',
]);
const ENTRA_HOSTS = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
  'login.microsoft.com',
  'login.windows.net',
  'sts.windows.net',
]);

/** One issuer for customers of all kinds: who may sign in is said by a claim, or by nobody. */
const SHARED = new Set([
  'accounts.google.com',
  'appleid.apple.com',
  'login.salesforce.com',
  'test.salesforce.com',
  'gitlab.com',
  'slack.com',
  'www.linkedin.com',
  'www.facebook.com',
  'id.twitch.tv',
  'api.login.yahoo.com',
  'access.line.me',
  'token.actions.githubusercontent.com',
]);

/** Claims that say which tenant of a shared issuer a person is of; without an entry the admin must know. */
const TENANT_CLAIM: ReadonlyMap<string, string> = new Map([['accounts.google.com', 'hd']]);

/** Entra's endpoints that let in people of every tenant. Their discovery document names no issuer one could compare with: refused (L10). */
export function isEntraMultiTenant(issuer: string): boolean {
  const url = parsed(issuer);
  if (!url || !ENTRA_HOSTS.has(url.hostname)) return false;
  const tenant = url.pathname.split('/').find((segment) => segment !== '') ?? 'common';
  return ENTRA_MULTI_TENANT.has(tenant.toLowerCase());
}

/**
 * Whether people of organizations unknown to each other sign in at this issuer, so that `requiredClaims` must say which of them
 * count (L10). `alsoShared`: issuers that the operator knows to be shared, e.g. a common Keycloak realm.
 */
export function isSharedIssuer(issuer: string, alsoShared: readonly string[] = []): boolean {
  if (alsoShared.includes(issuer) || isEntraMultiTenant(issuer)) return true;
  return SHARED.has(parsed(issuer)?.hostname ?? '');
}

/** The claim `requiredClaims` must hold for this issuer; undefined where any will do. */
export function tenantClaimOf(issuer: string): string | undefined {
  return TENANT_CLAIM.get(parsed(issuer)?.hostname ?? '');
}

function parsed(issuer: string): URL | undefined {
  return URL.canParse(issuer) ? new URL(issuer) : undefined;
}
