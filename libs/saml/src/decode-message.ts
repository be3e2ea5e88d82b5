import { SamlError } from './saml-error.js';

/** Rule L2: 512 KiB of XML, counted in bytes. */
export const messageLimit = 512 * 1024;

/** Room for the line breaks of MIME-style base64. */
const encodedLimit = Math.ceil(messageLimit / 3) * 4 * 1.05;

/**
 * base64 → text. Only the canonical alphabet and padding of RFC 4648 §4 (line breaks and blanks aside), only UTF-8,
 * line ends normalised (XML 1.0 §2.11): Node's decoder would skip over anything else in silence.
 */
export function decodeMessage(encoded: unknown): string {
  if (typeof encoded !== 'string' || encoded === '') throw new SamlError('response-missing');
  if (encoded.length > encodedLimit)
    throw new SamlError('response-too-large', `${encoded.length} characters of base64`);
  const compact = encoded.replace(/[ \t\r\n]+/g, '');
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== compact) throw new SamlError('response-not-base64');
  if (bytes.length > messageLimit) throw new SamlError('response-too-large', `${bytes.length} bytes`);
  try {
    return normaliseLineEnds(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new SamlError('xml-malformed', error);
  }
}

export function normaliseLineEnds(xml: string): string {
  return xml.replace(/\r\n?/g, '\n');
}
