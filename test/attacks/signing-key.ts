import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { selfSignedCertificate } from '../../libs/simulator/src/certificate.js';

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** PEM. */
  readonly certificate: string;
}

const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<KeyPair>;
interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export async function rsaKey(modulusLength = 2048): Promise<SigningKey> {
  return withCertificate(await generate('rsa', { modulusLength }));
}

export async function ecKey(namedCurve = 'P-256'): Promise<SigningKey> {
  return withCertificate(await generate('ec', { namedCurve }));
}

function withCertificate({ privateKey, publicKey }: KeyPair): SigningKey {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privateKey, publicKey, certificate: selfSignedCertificate('idp.test', pem) };
}
