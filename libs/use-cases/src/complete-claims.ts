import type { Claims } from '@idp-roles/mapping';
import type { UseCaseContext } from './context.js';
import type { SignInRequest } from './sign-in-outcome.js';

/** M9: asks the completer, where there is one and something is missing. Whatever goes wrong, the claims stay as they were. */
export async function completeClaims(
  { completer, completerTimeoutMs = 5_000 }: UseCaseContext,
  { connection, claims, subject }: SignInRequest,
): Promise<Claims> {
  const whole = claims.incomplete.size === 0 && claims.partial === undefined;
  if (completer === undefined || whole) return claims;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), completerTimeoutMs);
  });
  const asked = Promise.resolve()
    .then(() => completer.complete({ connection, claims, subject }))
    .catch(() => undefined);
  try {
    return (await Promise.race([asked, late])) ?? claims;
  } finally {
    clearTimeout(timer);
  }
}
