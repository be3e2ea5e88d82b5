import { ScimRefusal } from './scim-refusal.js';

/** What RFC 7644 (sections 3.4.2 and 3.9) and RFC 9865 let a query say, as texts. */
export interface QueryParams {
  readonly filter?: string;
  readonly sortBy?: string;
  readonly sortOrder?: string;
  readonly startIndex?: string;
  readonly count?: string;
  readonly cursor?: string;
  readonly attributes?: string;
  readonly excludedAttributes?: string;
}

const NAMES: readonly (keyof QueryParams)[] = [
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
  'attributes',
  'excludedAttributes',
];

/** Read from the URL itself: hosts set parsers of queries that make lists and objects of them. Other names are left alone. */
export function queryParams(url: string): QueryParams {
  const at = url.indexOf('?');
  const sent = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  return Object.fromEntries(NAMES.flatMap((name) => given(name, sent.getAll(name))));
}

function given(name: string, [value, another]: readonly string[]): [string, string][] {
  if (another !== undefined) {
    throw new ScimRefusal(400, `\`${name}\` is given twice`, { scimType: 'invalidValue' });
  }
  return value === undefined ? [] : [[name, value]];
}
