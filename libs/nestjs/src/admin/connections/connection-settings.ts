import type { Connection, ConnectionSecrets } from '@idp-roles/store';
import { isSharedIssuer, validateOidcSettings } from '@idp-roles/oidc';
import { validateSamlSettings } from '@idp-roles/saml';
import type { Judging } from './judging.js';
import type { SignInUrls } from '../../sign-in/sign-in-urls.js';
import { ProblemError, type ProblemPart } from '../problem/problem-error.js';
import { defined } from './merged.js';

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
  /** What a draft may lack and an active connection may not (L10). */
  readonly beforeActivation: readonly ProblemPart[];
}

/** Loopback http counts where the operator allows calling it or this app itself is reached so, which is in development only. Throws the 422 with everything that is wrong, paths as in the request. */
export function judgeSettings(draft: SettingsDraft, { urls, now, outbound }: Judging): JudgedSettings {
  return draft.protocol === 'saml'
    ? judgeSaml(draft, urls, now)
    : judgeOidc(draft, urls, outbound.allowsLoopbackHttp);
}

function judgeSaml(draft: SettingsDraft, urls: SignInUrls, now: number): JudgedSettings {
  const { id, fields, allowIdpInitiated, requiredClaims, subjectClaim } = draft;
  const input = {
    ...fields,
    ...defined({ allowIdpInitiated, requiredClaims, subjectClaim }),
    connection: id,
    entityId: urls.entityId(id),
    acsUrl: urls.acsUrl(id),
    sloUrl: urls.sloUrl(id),
  };
  const { settings, problems, warnings } = validateSamlSettings(input, now);
  if (!settings) throw refused('saml', problems);
  const { idpIssuer, entryPoint, certificates, binding } = settings;
  const { logoutUrl, logoutBinding, logoutResponseUrl } = settings;
  const optional = { binding, logoutUrl, logoutBinding, logoutResponseUrl, allowIdpInitiated };
  return {
    settings: { idpIssuer, entryPoint, certificates, ...defined(optional) },
    issuer: idpIssuer,
    sharedIssuer: false,
    warnings: located('saml', warnings),
    beforeActivation: [],
  };
}

function judgeOidc(draft: SettingsDraft, urls: SignInUrls, allowsLoopbackHttp: boolean): JudgedSettings {
  const { id, fields, secrets, requiredClaims, subjectClaim } = draft;
  if (draft.allowIdpInitiated === true) {
    const message = '`allowIdpInitiated` is for SAML; remove it';
    throw refused('oidc', [{ path: 'allowIdpInitiated', code: 'unknown-field', message }]);
  }
  const input = {
    ...fields,
    ...defined({ clientSecret: secrets['clientSecret'], requiredClaims, subjectClaim }),
    connection: id,
    redirectUri: urls.redirectUri(id),
  };
  const allowLoopbackHttp = allowsLoopbackHttp || urls.base.startsWith('http:');
  const judged = validateOidcSettings(input, { allowLoopbackHttp });
  if ('problems' in judged) throw refused('oidc', judged.problems);
  const { settings, beforeActivation } = judged;
  return {
    settings: Object.fromEntries(Object.entries(settings).filter(([name]) => !KEPT_APART.has(name))),
    issuer: settings.issuer,
    sharedIssuer: isSharedIssuer(settings.issuer),
    warnings: [],
    beforeActivation: located('oidc', beforeActivation),
  };
}

/** Stored in columns of their own, encrypted, or following from `publicUrl`. */
const KEPT_APART = new Set(['connection', 'redirectUri', 'clientSecret', 'requiredClaims', 'subjectClaim']);

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
