import type { ExecutionContext } from '@nestjs/common';

/** The kinds of call that we know how to judge. Every other is denied (A5). */
export type CallKind = 'http' | 'graphql' | 'ws' | 'rpc';

const KINDS: ReadonlySet<string> = new Set<CallKind>(['http', 'graphql', 'ws', 'rpc']);

export function callKind(context: ExecutionContext): CallKind | undefined {
  const type = context.getType<string>();
  return KINDS.has(type) ? (type as CallKind) : undefined;
}

/** What a GraphQL resolver was called with; a reference resolver gets no arguments, and so one value less. */
export function graphqlCall(context: ExecutionContext): {
  readonly args: unknown;
  readonly context: unknown;
} {
  const given: readonly unknown[] = context.getArgs();
  return given.length === 3 ? { args: undefined, context: given[1] } : { args: given[1], context: given[2] };
}
