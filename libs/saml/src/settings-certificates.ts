import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { readCertificate } from './certificate.js';
import { isRecord, readText } from './settings-fields.js';
import type { Report } from './settings-problem.js';

const shortestRsaKey = 2_048;

/** At least one certificate whose key can verify what is accepted; returned as PEM. Dates only warn: SAML trusts the key. */
export function readCertificates(value: unknown, path: string, report: Report, warn: Report, now: number) {
  if (value === undefined) return report(path, 'missing', `\`${path}\` is missing`);
  if (!Array.isArray(value))
    return report(path, 'not-a-list', `\`${path}\` must be a list of PEM certificates`);
  if (value.length === 0)
    return report(path, 'missing', `\`${path}\` is empty; add the signing certificate of the IdP`);
  return value.flatMap((each: unknown, index) => {
    const certificate = readOne(each, `${path}[${index}]`, report);
    if (certificate === undefined) return [];
    warnOfDates(certificate, `${path}[${index}]`, warn, now);
    return [certificate.toString()];
  });
}

function readOne(value: unknown, path: string, report: Report): X509Certificate | undefined {
  const text = readText(value, path, report, 32_768);
  if (text === undefined) return undefined;
  let certificate: X509Certificate;
  try {
    certificate = readCertificate(text);
  } catch {
    return report(path, 'certificate-unreadable', `\`${path}\` is not a certificate in PEM or base64`);
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type !== 'rsa' && type !== 'ec')
    return report(
      path,
      'certificate-key-unsupported',
      `\`${path}\` has a key of type \`${type}\`; RSA and EC are accepted`,
    );
  if (type === 'rsa' && (details?.modulusLength ?? 0) < shortestRsaKey)
    return report(
      path,
      'certificate-key-weak',
      `\`${path}\` has an RSA key of ${details?.modulusLength} bits; ${shortestRsaKey} is the least`,
    );
  return certificate;
}

function warnOfDates({ validFrom, validTo }: X509Certificate, path: string, warn: Report, now: number): void {
  if (Date.parse(validTo) < now)
    warn(
      path,
      'certificate-expired',
      `\`${path}\` expired on ${validTo}; signatures by it are still accepted`,
    );
  if (Date.parse(validFrom) > now)
    warn(path, 'certificate-not-yet-valid', `\`${path}\` is valid from ${validFrom} only`);
}

/** Our own key pair, for requests: RSA, and each the other's half. */
export function readSigning(value: unknown, path: string, report: Report) {
  if (value === undefined) return undefined;
  if (!isRecord(value))
    return report(path, 'not-an-object', `\`${path}\` must hold privateKey and certificate`);
  const privateKey = readText(value['privateKey'], `${path}.privateKey`, report, 32_768);
  const certificate = readOne(value['certificate'], `${path}.certificate`, report);
  if (privateKey === undefined || certificate === undefined) return undefined;
  try {
    const key = createPrivateKey(privateKey);
    if (key.asymmetricKeyType !== 'rsa')
      return report(
        `${path}.privateKey`,
        'certificate-key-unsupported',
        `\`${path}.privateKey\` must be an RSA key`,
      );
    if (!certificate.checkPrivateKey(key))
      return report(
        `${path}.privateKey`,
        'private-key-mismatch',
        `\`${path}.privateKey\` does not belong to the certificate`,
      );
  } catch {
    return report(
      `${path}.privateKey`,
      'private-key-unreadable',
      `\`${path}.privateKey\` is not a private key in PEM`,
    );
  }
  return { privateKey, certificate: certificate.toString() };
}
