import { X509Certificate } from 'node:crypto';

/** A certificate as PEM or as the bare base64 of a metadata document. Throws where it is neither. */
export function readCertificate(text: string): X509Certificate {
  const trimmed = text.trim();
  if (trimmed.startsWith('-----BEGIN CERTIFICATE-----')) return new X509Certificate(trimmed);
  const compact = trimmed.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) throw new Error('neither PEM nor base64');
  return new X509Certificate(Buffer.from(compact, 'base64'));
}
