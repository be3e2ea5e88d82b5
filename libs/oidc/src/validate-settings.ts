import { isLoopbackHost } from '@idp-roles/outbound';
import { clientAuthentications, signingAlgorithms, type OidcSettings } from './oidc-settings.js';
import { isEntraMultiTenant, isSharedIssuer, tenantClaimOf } from './shared-issuer.js';
import type { SettingsProblem } from './settings-problem.js';
import { SettingsReader } from './settings-reader.js';

export interface ValidationOptions {
  /** Development only: issuers and redirect URIs on http and loopback. */
  readonly allowLoopbackHttp?: boolean;
  /** Issuers the operator knows to be shared, besides those known here. */
  readonly sharedIssuers?: readonly string[];
}

/** `beforeActivation`: what a draft may lack and an active connection may not (L10). */
export type ValidatedSettings =
  | { readonly settings: OidcSettings; readonly beforeActivation: readonly SettingsProblem[] }
  | { readonly problems: readonly SettingsProblem[] };

const NAMES = new Set<keyof OidcSettings>([
  'connection',
  'issuer',
  'clientId',
  'clientSecret',
  'scopes',
  'clientAuthentication',
  'idTokenSigningAlg',
  'useUserInfo',
  'requiredClaims',
  'subjectClaim',
  'endIdpSession',
  'redirectUri',
]);

/** OpenID Connect Core 5.7: claims other than `sub` may change hands; these do, or the person can choose them. */
const CHANGEABLE = new Set([
  'email',
  'preferred_username',
  'upn',
  'unique_name',
  'name',
  'nickname',
  'phone_number',
]);

/** Unknown JSON → settings, or all its problems. Pure; whether the IdP answers is asked by `DiscoveryCache`. */
export function validateOidcSettings(input: unknown, options: ValidationOptions = {}): ValidatedSettings {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { problems: [{ path: '', code: 'not-an-object', message: 'the settings must be an object' }] };
  }
  const reader = new SettingsReader(input as Record<string, unknown>);
  for (const name of Object.keys(input)) {
    if (!NAMES.has(name as keyof OidcSettings))
      reader.problem(name, 'unknown-setting', `\`${name}\` is not a setting`);
  }
  const found = {
    connection: reader.required('connection'),
    issuer: issuerOf(reader, options),
    clientId: reader.required('clientId'),
    clientSecret: reader.string('clientSecret'),
    scopes: scopesOf(reader),
    clientAuthentication: reader.oneOf('clientAuthentication', clientAuthentications),
    idTokenSigningAlg: reader.oneOf('idTokenSigningAlg', signingAlgorithms, 'unsafe-algorithm'),
    useUserInfo: reader.boolean('useUserInfo'),
    requiredClaims: requiredClaimsOf(reader),
    subjectClaim: subjectClaimOf(reader),
    endIdpSession: reader.boolean('endIdpSession'),
    redirectUri: redirectUriOf(reader, options),
  };
  checkSecret(reader, found);
  if (reader.problems.length > 0) return { problems: reader.problems };
  const settings = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
  const whole = settings as unknown as OidcSettings;
  return { settings: whole, beforeActivation: tenantProblems(whole, options) };
}

/** OpenID Connect Discovery 3: https, no query, no fragment. */
function issuerOf(reader: SettingsReader, options: ValidationOptions): string | undefined {
  const issuer = urlOf(reader, 'issuer', options);
  if (issuer === undefined) return undefined;
  if (isEntraMultiTenant(issuer)) {
    return reader.problem(
      'issuer',
      'multi-tenant-issuer',
      'this issuer lets in people of every tenant; write the tenant id in its place',
    );
  }
  if (issuer.includes('/.well-known/')) {
    return reader.problem('issuer', 'invalid-url', 'write the issuer, which ends before `/.well-known/`');
  }
  return issuer;
}

/** RFC 6749 3.1.2; openid-client would cut off a query, and the IdP then refuse the exchange. */
function redirectUriOf(reader: SettingsReader, options: ValidationOptions): string | undefined {
  return urlOf(reader, 'redirectUri', options);
}

function urlOf(
  reader: SettingsReader,
  name: string,
  { allowLoopbackHttp }: ValidationOptions,
): string | undefined {
  const value = reader.required(name);
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || /[\s?#{}]/.test(value)) {
    return reader.problem(name, 'invalid-url', `\`${name}\` must be a URL without query and fragment`);
  }
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    return reader.problem(name, 'invalid-url', `\`${name}\` must not hold a user name`);
  }
  if (url.protocol === 'https:') return value;
  if (allowLoopbackHttp && url.protocol === 'http:' && isLoopbackHost(url.hostname)) return value;
  return reader.problem(name, 'https-required', `\`${name}\` must begin with https://`);
}

/** RFC 6749 3.3: what a scope is made of. */
function scopesOf(reader: SettingsReader): readonly string[] | undefined {
  const scopes = reader.strings('scopes');
  for (const [index, scope] of (scopes ?? []).entries()) {
    if (/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope)) continue;
    reader.problem(`scopes.${index}`, 'unknown-value', `\`scopes.${index}\` is not one scope`);
  }
  return scopes;
}

function subjectClaimOf(reader: SettingsReader): string | undefined {
  const claim = reader.string('subjectClaim');
  if (claim === undefined || !CHANGEABLE.has(claim)) return claim;
  return reader.problem(
    'subjectClaim',
    'changeable-subject',
    `\`${claim}\` can pass to another person; recognise people by a claim that cannot`,
  );
}

function requiredClaimsOf(reader: SettingsReader): OidcSettings['requiredClaims'] {
  const value = reader.value('requiredClaims');
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reader.problem(
      'requiredClaims',
      'wrong-type',
      '`requiredClaims` must be an object of claim and value',
    );
  }
  const claims = new Map<string, string | readonly string[]>();
  for (const [name, wanted] of Object.entries(value) as [string, unknown][]) {
    const path = `requiredClaims.${name}`;
    if (Array.isArray(wanted) && wanted.length === 0)
      reader.problem(path, 'empty', `\`${path}\` must name a value`);
    const read = (Array.isArray(wanted) ? (wanted as unknown[]) : [wanted]).map((item) =>
      reader.text(path, item),
    );
    const texts = read.filter((item) => item !== undefined);
    claims.set(name, Array.isArray(wanted) ? texts : (texts[0] ?? ''));
  }
  return Object.fromEntries(claims);
}

function checkSecret(
  reader: SettingsReader,
  {
    clientSecret,
    clientAuthentication,
  }: Pick<Partial<OidcSettings>, 'clientSecret' | 'clientAuthentication'>,
): void {
  if (clientAuthentication === 'none' && clientSecret !== undefined) {
    reader.problem(
      'clientSecret',
      'secret-unused',
      'with client authentication `none` no secret is sent; leave it out',
    );
  }
  const needed = clientAuthentication !== undefined && clientAuthentication !== 'none';
  if (needed && reader.value('clientSecret') === undefined) {
    reader.problem('clientSecret', 'secret-missing', `\`${clientAuthentication}\` needs a client secret`);
  }
}

function tenantProblems(
  { issuer, requiredClaims = {} }: OidcSettings,
  options: ValidationOptions,
): SettingsProblem[] {
  if (!isSharedIssuer(issuer, options.sharedIssuers)) return [];
  const claim = tenantClaimOf(issuer);
  const names = Object.keys(requiredClaims);
  if (claim === undefined ? names.length > 0 : names.includes(claim)) return [];
  const which = claim === undefined ? 'the claim that names the organization' : `\`${claim}\``;
  return [
    {
      path: claim === undefined ? 'requiredClaims' : `requiredClaims.${claim}`,
      code: 'required-claims-missing',
      message: `people of many organizations sign in at \`${issuer}\`; require ${which} before activating the connection`,
    },
  ];
}
