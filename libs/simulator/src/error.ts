/** Stable for callers; the HTTP status of each is in `admin/problem.ts`. */
export type SimulatorErrorCode =
  | 'production-refused'
  | 'keys-unreadable'
  | 'archive-unreadable'
  | 'person-unknown'
  | 'person-exists'
  | 'person-invalid'
  | 'personality-unknown'
  | 'client-invalid'
  | 'directory-unknown'
  | 'directory-invalid'
  | 'service-provider-unknown'
  | 'service-provider-invalid'
  | 'acs-unknown'
  | 'authn-request-invalid'
  | 'logout-invalid'
  | 'sign-in-expired'
  | 'request-cross-site'
  | 'host-unknown'
  | 'media-type-unsupported'
  | 'body-invalid'
  | 'answer-refused';

export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';

  constructor(
    readonly code: SimulatorErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
