import { claimReference, type ClaimReference } from './claim-reference.js';
import { compileCondition, type CompiledCondition } from './condition.js';
import type { RoleMapping, SyncMode } from './role-mapping.js';

/** One more condition of a mapping, with what its claim may lead to. */
export interface AlsoCondition extends CompiledCondition {
  readonly reference: ClaimReference;
}

/** A mapping compiled once. What a match reads stands first, close together in memory. */
export class Entry {
  /** `next` and `previous` belong to the chain it stands in. */
  next: Entry | undefined = undefined;
  readonly id: string;
  readonly claim: string;
  readonly role: string;
  readonly ownMode: SyncMode | undefined;
  /** True where a matching value needs only a grantable organization role to become a grant. */
  readonly plain: boolean;
  readonly enabled: boolean;
  readonly main: CompiledCondition;
  readonly also: readonly AlsoCondition[];
  readonly mapping: RoleMapping;
  previous: Entry | undefined = undefined;

  /** `role` is the mapping's role id; entries of an index share one string for it, which is found faster. */
  constructor(mapping: RoleMapping, role: string = mapping.role) {
    this.mapping = mapping;
    this.id = mapping.id;
    this.claim = mapping.claim;
    this.role = role;
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

  /** Puts it at the head of a chain and is the new head. However long the chain, adding and taking out cost the same. */
  before(first: Entry | undefined): this {
    this.previous = undefined;
    this.next = first;
    if (first !== undefined) first.previous = this;
    return this;
  }

  /** Takes it out of the chain it stands in and says what the chain's head is then. */
  takenFrom(first: Entry | undefined): Entry | undefined {
    const { previous, next } = this;
    if (previous !== undefined) previous.next = next;
    if (next !== undefined) next.previous = previous;
    this.next = this.previous = undefined;
    return first === this ? next : first;
  }
}
