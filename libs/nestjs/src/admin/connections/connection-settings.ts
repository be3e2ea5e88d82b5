import type { Connection, ConnectionSecrets } from '@idp-roles/store';
import { isSharedIssuer, validateOidcSettings } from '@idp-roles/oidc';
import { validateSamlSettings } from '@idp-roles/saml';
import type { SignInUrls } from '../../sign-in/sign-in-urls.js';
import { ProblemError, type ProblemPart } from '../problem/problem-error.js';

/** What a protocol package must judge: its own fields, and those options of a connection that it reads. */
export interface SettingsDraft {
  readonly id: string;
  readonly protocol: Connection['protocol'];
  /** The fields of `saml` or `oidc`, without secrets. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly secrets: ConnectionSecrets;
  readonly allowIdpInitiated?: boolean;
  readonly requiredClaims?: Connection['requiredClaims'];
  readonly subjectClaim?: string;
}

/** What is stored of it: plain JSON without secrets, and without what follows from `publicUrl`. */
export interface JudgedSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  readonly sharedIssuer: boolean;
  readonly warnings: readonly ProblemPart[];
}

/** Throws the 422 with everything that is wrong, paths as in the request. */
export function judgeSettings(draft: SettingsDraft, urls: SignInUrls, now: number): JudgedSettings {
  return draft.protocol === 'saml' ? judgeSaml(draft, urls, now) : judgeOidc(draft, urls);
}

function judgeSaml(draft: SettingsDraft, urls: SignInUrls, now: number): JudgedSettings {
  const { id, fields, allowIdpInitiated, requiredClaims, subjectClaim } = draft;
  const input = {
    ...fields,
    ...given({ allowIdpInitiated, requiredClaims, subjectClaim }),
    connection: id,
    entityId: urls.entityId(id),
    acsUrl: urls.acsUrl(id),
  };
  const { settings, problems, warnings } = validateSamlSettings(input, now);
  if (!settings) throw refused('saml', problems);
  const { idpIssuer, entryPoint, certificates, binding } = settings;
  return {
    settings: { idpIssuer, entryPoint, certificates, ...given({ binding, allowIdpInitiated }) },
    issuer: idpIssuer,
    sharedIssuer: false,
    warnings: located('saml', warnings),
  };
}

function judgeOidc(draft: SettingsDraft, urls: SignInUrls): JudgedSettings {
  const { id, fields, secrets, requiredClaims, subjectClaim } = draft;
  if (draft.allowIdpInitiated === true) {
    const message = '`allowIdpInitiated` is for SAML; remove it';
    throw refused('oidc', [{ path: 'allowIdpInitiated', code: 'unknown-field', message }]);
  }
  const input = {
    ...fields,
    ...given({ clientSecret: secrets['clientSecret'], requiredClaims, subjectClaim }),
    connection: id,
    redirectUri: urls.redirectUri(id),
  };
  const { settings, problems, warnings } = validateOidcSettings(input);
  if (!settings) throw refused('oidc', problems);
  const { connection, redirectUri, clientSecret, requiredClaims: _, subjectClaim: __, ...stored } = settings;
  return {
    settings: stored,
    issuer: settings.issuer,
    sharedIssuer: isSharedIssuer(settings.issuer),
    warnings: located('oidc', warnings),
  };
}

/** Fields that stand beside `saml` and `oidc` in the request. */
const OPTIONS = new Set(['allowIdpInitiated', 'requiredClaims', 'subjectClaim']);

function located(protocol: string, parts: readonly ProblemPart[]): ProblemPart[] {
  return parts.map((part) =>
    OPTIONS.has(part.path.split('.')[0] ?? '') ? part : { ...part, path: `${protocol}.${part.path}` },
  );
}

function refused(protocol: string, problems: readonly ProblemPart[]): ProblemError {
  const parts = located(protocol, problems);
  return new ProblemError(422, 'settings-invalid', `the ${protocol} settings cannot be used`, parts);
}

function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
