import type { ResourceReference } from '@idp-roles/mapping';
import type { Grant } from '@idp-roles/store';
import type { Rules } from './rules.js';
import { givesSomething } from './settle-defaults.js';
import type { Settlement } from './settlement.js';
import type { Work } from './work.js';

const SHOWN = 500;

/** `role` is a slug. */
export interface RoleOfMember {
  readonly member: string;
  readonly role: string;
  readonly resource?: ResourceReference;
}

/** A role counts once for a member, whoever gives it: what another source goes on giving is no loss. */
export interface ActivationImpact {
  /** Of the directory. */
  readonly users: number;
  readonly gains: readonly RoleOfMember[];
  readonly losses: readonly RoleOfMember[];
  /** Whose role would go, were they not its last holder: it stays (S11). */
  readonly lastHolders: readonly RoleOfMember[];
  readonly counts: { readonly gains: number; readonly losses: number; readonly lastHolders: number };
  /** Whether some list holds less than its count: the first 500 each. */
  readonly truncated: boolean;
}

/** What settlements that nobody writes would change for their members. */
export class RoleChanges {
  users = 0;
  readonly #gains: RoleOfMember[] = [];
  readonly #losses: RoleOfMember[] = [];
  readonly #lastHolders: RoleOfMember[] = [];
  readonly #counts = { gains: 0, losses: 0, lastHolders: 0 };

  note({ at }: Work, { roles }: Rules, { member, before, after }: Settlement, kept: readonly Grant[]): void {
    const giving = (grants: readonly Grant[]) =>
      new Map(
        grants.filter((grant) => givesSomething(grant, roles, at)).map((grant) => [roleKey(grant), grant]),
      );
    const had = giving(before);
    const has = giving(after);
    const told = ({ role, resource }: Grant): RoleOfMember => ({
      member: member.id,
      role: roles.slugOf(role),
      ...(resource && { resource }),
    });
    for (const [key, grant] of has) if (!had.has(key)) this.#add('gains', this.#gains, told(grant));
    for (const [key, grant] of had) if (!has.has(key)) this.#add('losses', this.#losses, told(grant));
    for (const grant of kept) this.#add('lastHolders', this.#lastHolders, told(grant));
  }

  #add(of: 'gains' | 'losses' | 'lastHolders', list: RoleOfMember[], one: RoleOfMember): void {
    this.#counts[of] += 1;
    if (list.length < SHOWN) list.push(one);
  }

  shown(): ActivationImpact {
    const { gains, losses, lastHolders } = this.#counts;
    return {
      users: this.users,
      gains: this.#gains,
      losses: this.#losses,
      lastHolders: this.#lastHolders,
      counts: { ...this.#counts },
      truncated: Math.max(gains, losses, lastHolders) > SHOWN,
    };
  }
}

function roleKey({ role, resource }: Grant): string {
  return JSON.stringify([role, resource?.type, resource?.id]);
}
