import type { Evidence } from './evaluation.js';

/** Up to here comparing each with each is cheaper than making sets. */
const few = 8;

/** A value that was sent twice is evidence once. */
export function dropRepeated(evidence: Evidence[]): void {
  const repeated = evidence.length <= few ? amongFew(evidence) : amongMany(evidence);
  let kept = 0;
  for (const row of evidence) if (!repeated(row, kept)) evidence[kept++] = row;
  evidence.length = kept;
}

type Repeated = (row: Evidence, kept: number) => boolean;

function amongFew(evidence: readonly Evidence[]): Repeated {
  return ({ mapping, value }, kept) => {
    for (let at = 0; at < kept; at++) {
      const other = evidence[at];
      if (other?.mapping === mapping && other.value === value) return true;
    }
    return false;
  };
}

function amongMany(evidence: readonly Evidence[]): Repeated {
  const seen = new Map<string, Set<string>>(evidence.map(({ mapping }) => [mapping, new Set()]));
  return ({ mapping, value }) => {
    const values = seen.get(mapping);
    const before = values?.size;
    return values?.add(value).size === before;
  };
}
