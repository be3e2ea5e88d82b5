export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

export type Literal = string | number | boolean | null;

/** RFC 7644, section 3.4.2.2, as it was written: attribute names are not resolved yet. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter }
  | { readonly op: 'pr'; readonly attribute: string }
  | { readonly op: CompareOperator; readonly attribute: string; readonly value: Literal }
  /** `emails[…]`: one value fulfils all of it. */
  | { readonly op: 'some'; readonly attribute: string; readonly filter: Filter };

const compareOperators: ReadonlySet<string> = new Set<CompareOperator>([
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'ge',
  'lt',
  'le',
]);

export function isCompareOperator(text: string): text is CompareOperator {
  return compareOperators.has(text);
}
