import { isJsonObject } from './json.js';
import { limits } from './limits.js';
import { quote, ScimError } from './scim-error.js';
import type { BulkOperation } from './bulk-request.js';

const whole = /^bulkId:(.+)$/s;
/** Within the filter of a path: `members[value eq "bulkId:x"]`. It takes whatever begins by a quote, so that nothing is looked at twice. */
const quoted = /"((?:[^"\\]|\\.?)*)("|$)/gs;
const prefix = 'bulkId:';

/** Deeper than any resource is. */
const deepest = 64;

/** Data with each text mapped. Throws 400 where it is nested too deeply. */
function mapTexts(data: unknown, map: (text: string) => string, depth = 0): unknown {
  if (typeof data === 'string') return map(data);
  if (typeof data !== 'object' || data === null) return data;
  if (depth >= deepest) throw new ScimError(400, 'invalidSyntax', '`data` is nested too deeply');
  if (Array.isArray(data)) return data.map((one) => mapTexts(one, map, depth + 1));
  return isJsonObject(data)
    ? Object.fromEntries(Object.entries(data).map(([name, one]) => [name, mapTexts(one, map, depth + 1)]))
    : data;
}

/** The bulkIds that an operation refers to, in its path and its data. */
function referencesOf({ id, data }: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  withIds({ id, data }, (bulkId) => {
    found.add(bulkId);
    return '';
  });
  return found;
}

/** RFC 7644, section 3.7.2: each reference replaced by the id it stands for. */
export function withIds<Referring extends Pick<BulkOperation, 'id' | 'data'>>(
  operation: Referring,
  idOf: (bulkId: string) => string,
): Referring {
  const replaced = (text: string): string => {
    const bulkId = whole.exec(text)?.[1];
    if (bulkId !== undefined) return idOf(bulkId);
    // What is longer is no path.
    if (text.length > limits.filterLength || !text.includes(`"${prefix}`)) return text;
    return text.replace(quoted, (all, inner: string, end: string) =>
      end !== '' && inner.startsWith(prefix) && inner !== prefix
        ? JSON.stringify(idOf(inner.slice(prefix.length)))
        : all,
    );
  };
  return {
    ...operation,
    ...(operation.id === undefined ? {} : { id: replaced(operation.id) }),
    data: mapTexts(operation.data, replaced),
  };
}

/**
 * Positions in the order in which they can be done: as written, but for what refers to something made further on. Those that need each
 * other, or what nobody makes, come last, each with the reason why it cannot be done.
 */
export function orderOf(operations: readonly BulkOperation[]): {
  readonly order: readonly number[];
  readonly hopeless: ReadonlyMap<number, ScimError>;
} {
  const makers = new Map(
    operations.flatMap(({ method, bulkId }, at) =>
      method === 'POST' && bulkId !== undefined ? [[bulkId, at] as const] : [],
    ),
  );
  const hopeless = new Map<number, ScimError>();
  const state = new Map<number, 'under-way' | 'done'>();
  const order: number[] = [];
  const visit = (at: number): boolean => {
    const known = state.get(at);
    if (known !== undefined) return known === 'done';
    state.set(at, 'under-way');
    for (const bulkId of references(operations[at]!, at, hopeless)) {
      const maker = makers.get(bulkId);
      if (maker === undefined) {
        hopeless.set(
          at,
          new ScimError(400, 'invalidValue', `no operation makes ${quote(`bulkId:${bulkId}`)}`),
        );
      } else if (maker === at || !visit(maker)) {
        hopeless.set(
          at,
          new ScimError(409, undefined, `${quote(`bulkId:${bulkId}`)} refers back to this operation`),
        );
      }
    }
    state.set(at, 'done');
    order.push(at);
    return true;
  };
  for (let at = 0; at < operations.length; at++) visit(at);
  return { order, hopeless };
}

function references(
  operation: BulkOperation,
  at: number,
  hopeless: Map<number, ScimError>,
): Iterable<string> {
  try {
    return referencesOf(operation);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    hopeless.set(at, error);
    return [];
  }
}
