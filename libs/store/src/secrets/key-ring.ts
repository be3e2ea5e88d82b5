import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { StoreError } from '../ports/store.js';

/** Where a secret lives. Bound into the seal: the same sealed text does not open anywhere else. */
export interface SecretPlace {
  readonly organization: string;
  readonly record: string;
  readonly field: string;
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

const VERSION = 'v1';
const SHORTEST = 32;

/**
 * Secrets at rest (D5): AES-256-GCM, keys derived from option strings with HKDF-SHA256 (RFC 5869).
 * The first key seals, every key opens: rotate by putting a new one in front.
 * HKDF adds no strength: give random strings, not passwords.
 */
export class KeyRing {
  readonly #first: Key;
  readonly #byId: ReadonlyMap<string, Key>;

  /** Throws `StoreError` `secret-key-missing` where there is no key, or one of fewer than 32 characters. */
  constructor(keys: readonly string[]) {
    const derived = keys.map(derive);
    const [first] = derived;
    if (!first)
      throw new StoreError('secret-key-missing', 'no secret key was given; give at least one random string');
    this.#first = first;
    this.#byId = new Map(derived.map((key) => [key.id, key]));
  }

  /** `v1.<key id>.<nonce>.<ciphertext and tag>`, the last two in base64url. */
  seal(text: string, place: SecretPlace): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#first.bytes, nonce);
    cipher.setAAD(associated(this.#first.id, place));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, this.#first.id, nonce.toString('base64url'), body.toString('base64url')].join('.');
  }

  /** Whether the first key made it: where it did not, a rotation is not finished. */
  sealedByFirst(sealed: string): boolean {
    return sealed.split('.')[1] === this.#first.id;
  }

  /** Throws `StoreError` `secret-unreadable` where no key of the ring made it, or it was altered or moved. */
  open(sealed: string, place: SecretPlace): string {
    const [version, keyId = '', nonce = '', body = '', ...rest] = sealed.split('.');
    const key = this.#byId.get(keyId);
    if (version !== VERSION || rest.length > 0 || !key)
      throw unreadable(`it was sealed with a key that was not given (key id \`${keyId}\`)`);
    const bytes = Buffer.from(body, 'base64url');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, Buffer.from(nonce, 'base64url'), {
        authTagLength: 16,
      });
      decipher.setAAD(associated(keyId, place));
      decipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
    } catch (cause) {
      throw unreadable('it was altered or belongs to another record', cause);
    }
  }
}

function derive(secret: string): Key {
  if (secret.length < SHORTEST)
    throw new StoreError('secret-key-missing', `a secret key is shorter than ${SHORTEST} characters`);
  const take = (info: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, 'idp-roles', info, length));
  return { id: take('key id', 6).toString('hex'), bytes: take('secrets at rest', 32) };
}

/** JSON keeps the parts apart: no two places share one text. */
function associated(keyId: string, place: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyId, place.organization, place.record, place.field]));
}

function unreadable(why: string, cause?: unknown): StoreError {
  return new StoreError('secret-unreadable', `a stored secret cannot be opened: ${why}`, { cause });
}
