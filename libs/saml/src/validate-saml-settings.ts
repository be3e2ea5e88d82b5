import type { RequestBinding, SamlSettings } from './saml-settings.js';
import { readCertificates, readSigning } from './settings-certificates.js';
import { isRecord, readBoolean, readRequiredClaims, readText, readUrl } from './settings-fields.js';
import type { Report, SettingsProblem } from './settings-problem.js';

export interface ValidatedSamlSettings {
  /** Present exactly where `problems` is empty: frozen, certificates as PEM. */
  readonly settings?: SamlSettings;
  readonly problems: readonly SettingsProblem[];
  /** Worth an admin's look; nothing is refused for them. */
  readonly warnings: readonly SettingsProblem[];
}

const known = new Set([
  'connection',
  'idpIssuer',
  'entryPoint',
  'certificates',
  'entityId',
  'acsUrl',
  'allowIdpInitiated',
  'requiredClaims',
  'subjectClaim',
  'binding',
  'signing',
  'sloUrl',
  'logoutUrl',
  'logoutBinding',
  'logoutResponseUrl',
]);

/** Unknown → typed, with all problems at once. `now` in ms since the epoch, for the certificates' dates. Never throws. */
export function validateSamlSettings(input: unknown, now: number): ValidatedSamlSettings {
  const problems: SettingsProblem[] = [];
  const warnings: SettingsProblem[] = [];
  const report: Report = (path, code, message) => {
    problems.push({ path, code, message });
    return undefined;
  };
  const warn: Report = (path, code, message) => {
    warnings.push({ path, code, message });
    return undefined;
  };
  if (!isRecord(input)) {
    report('', 'not-an-object', 'the SAML settings must be an object');
    return { problems, warnings };
  }
  for (const field of Object.keys(input))
    if (!known.has(field)) report(field, 'unknown-setting', `\`${field}\` is not a SAML setting`);

  const required = {
    connection: readText(input['connection'], 'connection', report),
    idpIssuer: readText(input['idpIssuer'], 'idpIssuer', report),
    entryPoint: readUrl(input['entryPoint'], 'entryPoint', report),
    certificates: readCertificates(input['certificates'], 'certificates', report, warn, now),
    entityId: readText(input['entityId'], 'entityId', report),
    acsUrl: readUrl(input['acsUrl'], 'acsUrl', report),
  };
  const optional = {
    allowIdpInitiated: readBoolean(input['allowIdpInitiated'], 'allowIdpInitiated', report),
    requiredClaims: readRequiredClaims(input['requiredClaims'], 'requiredClaims', report),
    subjectClaim: readSubjectClaim(input['subjectClaim'], report),
    binding: readBinding(input['binding'], 'binding', report),
    sloUrl: readOptionalUrl(input['sloUrl'], 'sloUrl', report),
    logoutUrl: readOptionalUrl(input['logoutUrl'], 'logoutUrl', report),
    logoutBinding: readBinding(input['logoutBinding'], 'logoutBinding', report),
    logoutResponseUrl: readOptionalUrl(input['logoutResponseUrl'], 'logoutResponseUrl', report),
    signing: readSigning(input['signing'], 'signing', report),
  };
  if (problems.length > 0 || !isComplete(required)) return { problems, warnings };
  const stated = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { settings: Object.freeze({ ...required, ...stated }), problems, warnings };
}

/** Claims that pass from one person to another when an address or a name is given away, or that a person can choose (L4). */
const changeable =
  /^(?:(?:user\.)?(?:e?-?mail(?:address)?|upn|(?:preferred_user|unique_|display|common|user_?|nick)?name|cn|phone_number|telephonenumber)|.*\/claims\/(?:emailaddress|upn|(?:display)?name)|urn:oid:(?:0\.9\.2342\.19200300\.100\.1\.3|1\.2\.840\.113549\.1\.9\.1|2\.5\.4\.3|2\.16\.840\.1\.113730\.3\.1\.241))$/i;

function readSubjectClaim(value: unknown, report: Report): string | undefined {
  if (value === undefined) return undefined;
  const claim = readText(value, 'subjectClaim', report);
  if (claim === undefined || !changeable.test(claim)) return claim;
  return report(
    'subjectClaim',
    'changeable-subject',
    `\`${claim}\` can pass to another person; recognise people by a claim that cannot`,
  );
}

function readOptionalUrl(value: unknown, path: string, report: Report): string | undefined {
  return value === undefined ? undefined : readUrl(value, path, report);
}

function readBinding(value: unknown, path: string, report: Report): RequestBinding | undefined {
  if (value === undefined || value === 'redirect' || value === 'post') return value;
  return report(path, 'unknown-value', `\`${path}\` must be \`redirect\` or \`post\``);
}

function isComplete<T extends object>(fields: T): fields is { [K in keyof T]: NonNullable<T[K]> } {
  return Object.values(fields).every((value) => value !== undefined);
}
