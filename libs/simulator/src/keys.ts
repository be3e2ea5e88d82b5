import { createPrivateKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readIfThere, replaceFile } from './archive.js';
import { selfSignedCertificate } from './certificate.js';
import { SimulatorError } from './error.js';

/** What makes an IdP the same IdP after a restart. Plain JSON. */
export interface SimulatorKeys {
  /** PKCS #8 PEM, RSA 2048: signs ID tokens. */
  readonly oidcPrivateKey: string;
  /** PKCS #8 PEM, RSA 2048: signs SAML assertions. */
  readonly samlPrivateKey: string;
  /** PEM of the SAML key. */
  readonly samlCertificate: string;
  /** Signs cookies and derives subjects. */
  readonly secret: string;
}

async function rsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** New keys, some tenths of a second of work: several simulators of one test may share them. */
export async function generateKeys(): Promise<SimulatorKeys> {
  const [oidcPrivateKey, samlPrivateKey] = await Promise.all([rsaKey(), rsaKey()]);
  return {
    oidcPrivateKey,
    samlPrivateKey,
    samlCertificate: selfSignedCertificate('idp-roles simulator', samlPrivateKey),
    secret: randomBytes(32).toString('base64url'),
  };
}

function parseKeys(text: string, file: string): SimulatorKeys {
  try {
    const keys = JSON.parse(text) as SimulatorKeys;
    createPrivateKey(keys.oidcPrivateKey);
    const fits = new X509Certificate(keys.samlCertificate).checkPrivateKey(
      createPrivateKey(keys.samlPrivateKey),
    );
    if (fits && typeof keys.secret === 'string' && keys.secret) return keys;
  } catch (cause) {
    throw new SimulatorError('keys-unreadable', `\`${file}\` does not hold the simulator's keys; delete it`, {
      cause,
    });
  }
  throw new SimulatorError('keys-unreadable', `the keys in \`${file}\` do not fit together; delete it`);
}

/** The keys of a folder, made at the first call. @throws SimulatorError `keys-unreadable` */
export async function keptKeys(dataDir: string): Promise<SimulatorKeys> {
  const file = join(dataDir, 'simulator-keys.json');
  const kept = readIfThere(file);
  if (kept !== undefined) return parseKeys(kept, file);
  const keys = await generateKeys();
  replaceFile(file, JSON.stringify(keys, null, 2));
  return keys;
}
