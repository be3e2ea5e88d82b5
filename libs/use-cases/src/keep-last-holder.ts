import type { Grant, Member } from '@idp-roles/store';
import type { RoleCatalogue } from './role-catalogue.js';
import type { Work } from './work.js';

/** S11: grants that end do not make a holder. */
function holds({ role, resource, expiresAt }: Grant): string | undefined {
  return expiresAt === undefined ? JSON.stringify([role, resource?.type, resource?.id]) : undefined;
}

const weight: Readonly<Record<Grant['basis'], number>> = { api: 0, force: 1, import: 2, default: 3 };

/**
 * S11: of the grants that are about to go, those without which nobody active would hold their role any more, one for each
 * such role. A role that another grant of the same member goes on giving is not lost. Locks the roles it asks about (S12).
 */
export async function lastHolderGrants(
  work: Work,
  roles: RoleCatalogue,
  member: Pick<Member, 'id' | 'status'>,
  going: readonly Grant[],
  staying: readonly Grant[],
): Promise<readonly Grant[]> {
  if (member.status !== 'active') return [];
  const held = new Set(staying.map(holds));
  const lost = new Map<string, Grant>();
  for (const grant of going) {
    const key = holds(grant);
    if (key === undefined || held.has(key) || roles.byId(grant.role)?.keepLastHolder !== true) continue;
    const other = lost.get(key);
    if (other === undefined || weight[grant.basis] < weight[other.basis]) lost.set(key, grant);
  }
  if (lost.size === 0) return [];
  const { tx, organization } = work;
  for (const role of [...new Set([...lost.values()].map((grant) => grant.role))].toSorted()) {
    await tx.grants.lockRole(organization, role);
  }
  const last: Grant[] = [];
  for (const grant of lost.values()) {
    const { role, resource } = grant;
    if (!(await tx.grants.otherHolderExists(organization, role, member.id, resource))) last.push(grant);
  }
  return last;
}
