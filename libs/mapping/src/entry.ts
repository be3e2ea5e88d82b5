import { claimReference, type ClaimReference } from './claim-reference.js';
import { compileCondition, type CompiledCondition } from './condition.js';
import type { RoleMapping, SyncMode } from './role-mapping.js';

/** One more condition of a mapping, with what its claim may lead to. */
export interface AlsoCondition extends CompiledCondition {
  readonly reference: ClaimReference;
}

/** A mapping compiled once. `next` and `previous` belong to the chain it stands in. */
export class Entry {
  next: Entry | undefined = undefined;
  previous: Entry | undefined = undefined;
  readonly id: string;
  readonly claim: string;
  readonly role: string;
  readonly enabled: boolean;
  readonly main: CompiledCondition;
  readonly also: readonly AlsoCondition[];
  /** True where a matching value needs only a grantable organization role to become a grant. */
  readonly plain: boolean;
  readonly ownMode: SyncMode | undefined;

  constructor(readonly mapping: RoleMapping) {
    this.id = mapping.id;
    this.claim = mapping.claim;
    this.role = mapping.role;
    this.enabled = mapping.enabled !== false;
    this.main = compileCondition(mapping);
    this.also = (mapping.also ?? []).map((condition) => ({
      ...compileCondition(condition),
      reference: claimReference(condition.claim),
    }));
    this.plain = this.also.length === 0 && mapping.resource === undefined && !this.main.needsVerifiedEmail;
    this.ownMode = 'directory' in mapping.source ? 'force' : mapping.syncMode;
  }

  /** Every claim it reads, each once. */
  claims(): ReadonlySet<string> {
    return new Set([this.claim, ...this.also.map(({ condition }) => condition.claim)]);
  }
}

/** Entries that one key leads to. Adding and taking out cost the same however many there are. */
export class Chain {
  first: Entry | undefined = undefined;

  add(entry: Entry): void {
    entry.previous = undefined;
    entry.next = this.first;
    if (this.first !== undefined) this.first.previous = entry;
    this.first = entry;
  }

  remove(entry: Entry): void {
    if (entry.previous === undefined) this.first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next !== undefined) entry.next.previous = entry.previous;
    entry.next = undefined;
    entry.previous = undefined;
  }
}
