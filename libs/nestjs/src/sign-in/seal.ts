import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** What a seal belongs to: it opens for nothing else. */
export interface SealedFor {
  /** Unguessable, new for each seal. */
  readonly id: string;
  readonly connection: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const NONCE = 12;
const TAG = 16;

/** What is sealed for one of these opens for none of the others. */
export type SealPurpose = 'pending sign-in' | 'pending logout' | 'session at the IdP';

/**
 * AES-256-GCM under a key of this one thing (HKDF-SHA256, RFC 5869, with the id as salt): anybody may have as many
 * made as they like, and a key seals a handful of texts at most. The first secret seals, all open (rotation).
 */
export class Seal {
  constructor(
    private readonly secrets: readonly string[],
    private readonly purpose: SealPurpose,
  ) {}

  /** In base64url. */
  seal(text: string, place: SealedFor): string {
    const [secret = ''] = this.secrets;
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(secret, place), nonce);
    cipher.setAAD(this.#associated(place));
    const body = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(body).toString('base64url');
  }

  /** Undefined where no secret made it, it was altered, or it belongs to something else. */
  open(sealed: string, place: SealedFor): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE + TAG) return undefined;
    for (const secret of this.secrets) {
      const decipher = createDecipheriv('aes-256-gcm', this.#keyOf(secret, place), bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAAD(this.#associated(place));
      decipher.setAuthTag(bytes.subarray(-TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString();
      } catch {
        // Another secret may have sealed it.
      }
    }
    return undefined;
  }

  #keyOf(secret: string, { id }: SealedFor): Buffer {
    return Buffer.from(hkdfSync('sha256', secret, id, `idp-roles ${this.purpose}`, 32));
  }

  /** JSON keeps the parts apart. */
  #associated({ id, connection, expiresAt }: SealedFor): Buffer {
    return Buffer.from(JSON.stringify([this.purpose, id, connection, expiresAt]));
  }
}
