/** Why a call was refused or failed. Stable; safe to show to an admin. */
export type OutboundErrorCode =
  | 'url-invalid'
  | 'scheme-refused'
  | 'userinfo-refused'
  | 'port-refused'
  | 'address-refused'
  | 'redirect-refused'
  | 'body-too-large'
  | 'name-not-found'
  | 'tls-failed'
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  | 'closed';

/**
 * Thrown by every call that did not bring a whole response. The message names the host, never a path, a query or a
 * body; `cause` is for the operator's log.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';

  constructor(
    readonly code: OutboundErrorCode,
    message: string,
    /** Host and port as in the URL; absent where the URL could not be read. */
    readonly host?: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** The OutboundError in a chain of causes: protocol libraries wrap what their fetch throws. */
export function outboundErrorIn(error: unknown): OutboundError | undefined {
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    if (at instanceof OutboundError) return at;
    at = at.cause;
  }
  return undefined;
}
