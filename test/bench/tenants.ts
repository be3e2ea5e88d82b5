import { claimsOf, type Claims, type EvaluationContext, type RoleMapping } from '@idp-roles/mapping';

const source = { connection: 'sso' };
const roleCount = 20;

/** Repeatable: every run of the bench sees the same tenants. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** As long as the names IdPs send, and alike in their beginnings as those are. */
export function groupName(number: number): string {
  return `ACME-Group-${number.toString(36).padStart(5, '0')}-members`;
}

/**
 * One mapping for every `every` groups: of a person's groups that share is mapped. Through a JSON text, as from a store:
 * texts put together in memory would make the scanning peers several times slower.
 */
export function mappingsOf(count: number, every = 10): RoleMapping[] {
  const mappings = Array.from({ length: count }, (_, number) => ({
    id: `mapping-${number}`,
    source,
    claim: 'groups',
    value: groupName(number * every),
    role: `role-${number % roleCount}`,
  }));
  return JSON.parse(JSON.stringify(mappings)) as RoleMapping[];
}

export interface Person {
  readonly groups: readonly string[];
  readonly claims: Claims;
}

/** Each through a JSON text, as from a token: no string is shared with a mapping. */
export function peopleOf(count: number, groupsEach: number, universe: number, pick = numbers(7)): Person[] {
  return Array.from({ length: count }, () => {
    const chosen = new Set<number>();
    while (chosen.size < groupsEach) chosen.add(pick(universe));
    const groups = JSON.parse(JSON.stringify([...chosen].map(groupName))) as string[];
    return { groups, claims: claimsOf({ sub: 'someone', email: 'someone@acme.test', groups }) };
  });
}

export const context: EvaluationContext = {
  source,
  defaultSyncMode: 'force',
  absentClaim: 'revoke',
  roles: new Map(
    Array.from({ length: roleCount }, (_, rank) => {
      const id = `role-${rank}`;
      return [id, { id, slug: id, on: 'organization', idpGrantable: true, rank }];
    }),
  ),
  provenDomains: new Set(['acme.test']),
  anyDomain: false,
  importRuns: false,
  takenOver: false,
  roleSelection: 'all',
};
