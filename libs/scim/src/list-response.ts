import { uris } from './uris.js';

export interface ListResponse {
  readonly schemas: readonly string[];
  readonly totalResults?: number;
  readonly itemsPerPage: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly Resources: readonly unknown[];
}

/**
 * RFC 7644, section 3.4.2, and, where the query is paged by cursor, RFC 9865: then without `startIndex`, with `totalResults` on the first
 * page only, and with `nextCursor` on all but the last.
 */
export function listResponse(
  page: { readonly total?: number; readonly next?: string },
  query: { readonly startIndex?: number },
  resources: readonly unknown[],
): ListResponse {
  const { startIndex } = query;
  return {
    schemas: [uris.listResponse],
    ...(page.total === undefined ? {} : { totalResults: page.total }),
    itemsPerPage: resources.length,
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(startIndex === undefined && page.next !== undefined ? { nextCursor: page.next } : {}),
    Resources: resources,
  };
}
