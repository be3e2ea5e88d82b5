import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccessContext } from './access-context.js';
import { callKind, graphqlCall } from './call-kind.js';

/** On the request, or what stands for it, under a symbol that no body or query can name. */
const CURRENT = Symbol.for('idp-roles:current-access');

type Found = Promise<AccessContext | undefined>;
type Read = (reader: ExecutionContext) => Found;

/**
 * Kept for `@CurrentAccess`, and read only where somebody asks. Over HTTP at most once a request, as `known` has it.
 * Elsewhere one carrier serves several calls: `ask` then judges the reader's own, so that no call sees another's.
 */
export function keepCurrent(context: ExecutionContext, known: () => Found, ask: Read): void {
  const carrier = carrierOf(context);
  if (carrier === undefined) return;
  let kept: Found | undefined;
  const read: Read = callKind(context) === 'http' ? () => (kept ??= known()) : ask;
  Object.defineProperty(carrier, CURRENT, { value: read, configurable: true });
}

function carrierOf(context: ExecutionContext): { readonly [CURRENT]?: Read } | undefined {
  const carrier = holderOf(context);
  return typeof carrier === 'object' && carrier !== null ? carrier : undefined;
}

function holderOf(context: ExecutionContext): unknown {
  switch (callKind(context)) {
    case 'http':
      return context.switchToHttp().getRequest<unknown>();
    case 'graphql':
      return graphqlCall(context).context;
    case 'ws':
      return context.switchToWs().getClient<unknown>();
    case 'rpc':
      return context.switchToRpc().getContext<unknown>();
    case undefined:
      return undefined;
  }
}

/**
 * Injects the `AccessContext` of whoever is asking. On a `@Public` route that may be nobody: `undefined`.
 * Only where an access guard ran; elsewhere the request fails and says so.
 */
export const CurrentAccess = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const read = carrierOf(context)?.[CURRENT];
  if (read === undefined)
    throw new Error(
      `access: no guard ran before \`${context.getClass().name}.${context.getHandler().name}\`; add \`@Require…\` or \`@Public()\` to use \`@CurrentAccess()\``,
    );
  return read(context);
});
