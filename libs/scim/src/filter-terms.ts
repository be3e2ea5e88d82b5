import { limits } from './limits.js';
import { ScimError } from './scim-error.js';

/** Of a filter, resolved or as it was written. */
interface Part {
  readonly op: string;
  readonly filters?: readonly Part[];
  readonly filter?: Part;
  readonly attribute?: string;
  readonly value?: unknown;
}

export function comparisonsIn({ filters, filter }: Part): number {
  if (filters) return filters.reduce((sum, one) => sum + comparisonsIn(one), 0);
  return filter ? comparisonsIn(filter) : 1;
}

/** Throws `tooMany`. */
export function checkComparisons(filter: Part): void {
  if (comparisonsIn(filter) > limits.filterTerms) {
    throw new ScimError(400, 'tooMany', `a filter has at most ${limits.filterTerms} comparisons`);
  }
}

/** Of a filter that is resolved. Throws `tooMany`: "the filter yields too many results to calculate or process" (RFC 7644, table 9). */
export function checkScans(filter: Part): void {
  if (scansIn(filter, false) > limits.filterScans) {
    throw new ScimError(
      400,
      'tooMany',
      `a filter has at most ${limits.filterScans} comparisons of texts other than \`eq\` and \`sw\`, those within \`not\` counted`,
    );
  }
}

/** Comparisons that no index answers, so that each looks at every resource of the directory. */
function scansIn({ op, filters, filter, attribute, value }: Part, isNegated: boolean): number {
  if (filters) return filters.reduce((sum, one) => sum + scansIn(one, isNegated), 0);
  if (filter) return scansIn(filter, isNegated || op === 'not');
  // Numbers and booleans are compared in no time, and every resource has an `id`.
  if (typeof value === 'number' || typeof value === 'boolean') return 0;
  if (op === 'pr' && attribute === 'id') return 0;
  const isIndexed = (op === 'eq' || op === 'sw') && value !== '';
  return isIndexed && !isNegated ? 0 : 1;
}
