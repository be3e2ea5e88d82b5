import { OutboundError, outboundErrorIn } from './outbound-error.js';

const NAME = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL']);
const LATE = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);
const TLS =
  /^(ERR_TLS|ERR_SSL|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|INVALID_CA|HOSTNAME_MISMATCH|EPROTO)/;

/** What fetch threw, as one of the closed codes. */
export function asOutboundError(error: unknown, host: string): OutboundError {
  const ours = outboundErrorIn(error);
  if (ours) return ours;
  const codes = codesIn(error);
  if (codes.some((code) => NAME.has(code))) {
    return new OutboundError('name-not-found', `the name \`${host}\` could not be resolved`, host, error);
  }
  if (codes.some((code) => LATE.has(code))) {
    return new OutboundError('timeout', `\`${host}\` did not answer in time`, host, error);
  }
  if (codes.some((code) => TLS.test(code))) {
    return new OutboundError(
      'tls-failed',
      `no trusted TLS connection to \`${host}\` came about`,
      host,
      error,
    );
  }
  return new OutboundError('unreachable', `\`${host}\` could not be reached`, host, error);
}

function codesIn(error: unknown): string[] {
  const codes: string[] = [];
  let at = error;
  for (let depth = 0; depth < 8 && at instanceof Error; depth += 1) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    if (at instanceof AggregateError) codes.push(...at.errors.flatMap(codesIn));
    at = at.cause;
  }
  return codes;
}
