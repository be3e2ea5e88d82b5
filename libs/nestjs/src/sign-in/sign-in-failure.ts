import { randomBytes } from 'node:crypto';

/** Codes of refusals that arise at our own door; the protocols' and the sign-in's own are passed through. */
export type DoorCode =
  | 'connection-unknown'
  | 'connection-not-active'
  | 'protocol-mismatch'
  | 'return-to-foreign'
  | 'cookie-insecure'
  | 'sign-in-unknown'
  | 'form-too-large'
  | 'form-malformed'
  | 'form-unread'
  | 'origin-foreign'
  | 'store-unavailable'
  | 'unexpected';

/** A sign-in that ends without a session. `status` and `message` are for the person, `detail` for the trace alone. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
  /** Shown on the page and kept in the trace, so that support finds one by the other. */
  readonly reference: string = newReference();

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function newReference(): string {
  return randomBytes(6).toString('hex').toUpperCase();
}
