import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** What a seal belongs to: it opens for nothing else. */
export interface SealedFor {
  /** Unguessable, new for each seal: travels to the IdP and back. */
  readonly id: string;
  readonly connection: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const NONCE = 12;
const TAG = 16;

/**
 * AES-256-GCM under a key of this one sign-in (HKDF-SHA256, RFC 5869, with the id as salt): anybody may have as many
 * made as they like, and a key seals a handful of texts at most. The first secret seals, all open (rotation).
 */
export class PendingSeal {
  constructor(private readonly secrets: readonly string[]) {}

  /** In base64url. */
  seal(text: string, place: SealedFor): string {
    const [secret = ''] = this.secrets;
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', keyOf(secret, place), nonce);
    cipher.setAAD(associated(place));
    const body = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(body).toString('base64url');
  }

  /** Undefined where no secret made it, it was altered, or it belongs to another sign-in or connection. */
  open(sealed: string, place: SealedFor): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE + TAG) return undefined;
    for (const secret of this.secrets) {
      const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, place), bytes.subarray(0, NONCE), {
        authTagLength: TAG,
      });
      decipher.setAAD(associated(place));
      decipher.setAuthTag(bytes.subarray(-TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString();
      } catch {
        // Another secret may have sealed it.
      }
    }
    return undefined;
  }
}

function keyOf(secret: string, { id }: SealedFor): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, id, 'idp-roles pending sign-in', 32));
}

/** JSON keeps the parts apart. */
function associated({ id, connection, expiresAt }: SealedFor): Buffer {
  return Buffer.from(JSON.stringify(['pending sign-in', id, connection, expiresAt]));
}
