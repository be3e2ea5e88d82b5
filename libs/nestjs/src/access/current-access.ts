import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccessContext } from './access-context.js';

/** On the request, under a symbol that no body or query can name. */
const CURRENT = Symbol.for('idp-roles:current-access');

type Read = () => Promise<AccessContext | undefined>;
type Carrier = { [CURRENT]?: Read };

/** Kept for `@CurrentAccess`; read at most once, and only where somebody asks. */
export function keepCurrent(request: object, read: Read): void {
  let kept: ReturnType<Read> | undefined;
  (request as Carrier)[CURRENT] = () => (kept ??= read());
}

/**
 * Injects the `AccessContext` of whoever is asking. On a `@Public` route that may be nobody: `undefined`.
 * Only where an access guard ran; elsewhere the request fails and says so.
 */
export const CurrentAccess = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const read =
    context.getType() === 'http' ? context.switchToHttp().getRequest<Carrier>()[CURRENT] : undefined;
  if (read === undefined)
    throw new Error(
      `access: no guard ran before \`${context.getClass().name}.${context.getHandler().name}\`; add \`@Require…\` or \`@Public()\` to use \`@CurrentAccess()\``,
    );
  return read();
});
