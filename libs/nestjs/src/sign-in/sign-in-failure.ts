import { randomBytes } from 'node:crypto';
import type { OidcErrorCode } from '@idp-roles/oidc';
import type { OutboundErrorCode } from '@idp-roles/outbound';
import type { SamlErrorCode } from '@idp-roles/saml';
import type { SignInRefusalCode } from '@idp-roles/use-cases';

/** Refusals that arise at our own door. */
type DoorCode =
  | 'connection-unknown'
  | 'connection-not-active'
  | 'protocol-mismatch'
  | 'return-to-foreign'
  | 'cookie-insecure'
  | 'not-a-navigation'
  | 'sign-in-unknown'
  | 'form-too-large'
  | 'form-too-slow'
  | 'form-too-many'
  | 'form-malformed'
  | 'form-unread'
  | 'origin-foreign'
  | 'logout-used'
  | 'store-unavailable'
  | 'unexpected';

/** What a page may show: our own codes, those of the protocols and those of the sign-in. */
export type SignInFailureCode =
  DoorCode | SamlErrorCode | OidcErrorCode | OutboundErrorCode | SignInRefusalCode;

/** A sign-in that ends without a session. `status` and `message` are for the person, `detail` for the trace alone. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure';
  /** Shown on the page and kept in the trace, so that support finds one by the other. */
  readonly reference: string = newReference();

  constructor(
    readonly status: number,
    readonly code: SignInFailureCode,
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
