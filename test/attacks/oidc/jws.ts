import { constants, createHmac, sign, type KeyObject } from 'node:crypto';

export type Json = Readonly<Record<string, unknown>>;

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** RFC 7515, by hand, so that it can be wrong. `header` and `payload` are JSON, or text in place of it. */
export function jws(
  header: Json | string,
  payload: unknown,
  key: KeyObject | Buffer | string,
  alg?: string,
): string {
  const material = `${encode(header)}.${encode(payload)}`;
  return `${material}.${signature(material, key, alg ?? String((header as Json)['alg']))}`;
}

export function signature(material: string, key: KeyObject | Buffer | string, alg: string): string {
  const hash = `sha${alg.slice(-3)}`;
  if (alg.startsWith('HS')) return createHmac(hash, key).update(material).digest('base64url');
  const bytes = Buffer.from(material);
  const privateKey = key as KeyObject;
  if (alg.startsWith('PS'))
    return sign(hash, bytes, {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    }).toString('base64url');
  return sign(hash, bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}
