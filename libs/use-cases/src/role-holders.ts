import type { Grant } from '@idp-roles/store';
import type { RoleCatalogue } from './role-catalogue.js';
import type { Settlement } from './settlement.js';
import type { Work } from './work.js';

/** S11: grants that end do not make a holder. */
function holdingKey({ role, resource, expiresAt }: Grant): string | undefined {
  return expiresAt === undefined ? JSON.stringify([role, resource?.type, resource?.id]) : undefined;
}

/** Who would hold each `keepLastHolder` role, member after member, were settlements written that are not. */
export class RoleHolders {
  readonly #members = new Map<string, Set<string>>();

  /** Of what the settlement takes, the grants without which nobody active would hold their role any more. */
  async lastOf(work: Work, roles: RoleCatalogue, settlement: Settlement): Promise<readonly Grant[]> {
    const { member, remove, after } = settlement;
    if (member.status !== 'active') return [];
    const held = new Set(after.map(holdingKey));
    const last = new Map<string, Grant>();
    for (const grant of remove.filter(({ role }) => roles.byId(role)?.keepLastHolder === true)) {
      const key = holdingKey(grant);
      if (key === undefined || held.has(key) || last.has(key)) continue;
      const others = new Set(await this.#of(work, key, grant));
      others.delete(member.id);
      if (others.size === 0) last.set(key, grant);
    }
    return [...last.values()];
  }

  async follow(work: Work, roles: RoleCatalogue, settlement: Settlement): Promise<void> {
    const { member, add, remove, after } = settlement;
    if (member.status !== 'active') return;
    const held = new Set(after.map(holdingKey));
    for (const grant of [...add, ...remove]) {
      const key = holdingKey(grant);
      if (key === undefined || roles.byId(grant.role)?.keepLastHolder !== true) continue;
      const members = await this.#of(work, key, grant);
      if (held.has(key)) members.add(member.id);
      else members.delete(member.id);
    }
  }

  async #of({ tx, organization }: Work, key: string, { role }: Grant): Promise<Set<string>> {
    const known = this.#members.get(key);
    if (known !== undefined) return known;
    const grants = (await tx.grants.byRole(organization, role)).filter((grant) => holdingKey(grant) === key);
    const ids = [...new Set(grants.map(({ member }) => member))];
    const members = await tx.members.byIds(organization, ids);
    const active = new Set(members.filter(({ status }) => status === 'active').map(({ id }) => id));
    this.#members.set(key, active);
    return active;
  }
}
