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

interface RootType {
  readonly name: string;
}

/** What we ask of a GraphQL schema, whose package a host may lack. */
export type RootTypes = Readonly<
  Record<'getQueryType' | 'getMutationType' | 'getSubscriptionType', () => RootType | null | undefined>
>;

/** The types that a schema is entered by. */
export function rootTypes(schema: RootTypes): readonly (RootType | null | undefined)[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
}

interface ResolveInfo {
  readonly parentType: RootType;
  readonly schema: RootTypes;
}

/** Whether a GraphQL field is one that the schema is entered by, or cannot be told apart from those. */
export function isRootField(context: ExecutionContext): boolean {
  const info = context.getArgByIndex<Partial<ResolveInfo> | undefined>(3);
  if (!info?.parentType || !info.schema) return true;
  return rootTypes(info.schema).includes(info.parentType);
}
