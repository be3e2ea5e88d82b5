import type { EvaluationContext, HeldGrant, RoleMapping, TargetRole } from '../src/index.js';

export const source = { connection: 'acme-sso' };

const targets: readonly TargetRole[] = [
  { id: 'owner', slug: 'org-owner', on: 'organization', idpGrantable: false, rank: 0 },
  { id: 'admin', slug: 'org-admin', on: 'organization', idpGrantable: true, rank: 1 },
  { id: 'member', slug: 'org-member', on: 'organization', idpGrantable: true, rank: 2 },
  { id: 'guest', slug: 'org-guest', on: 'organization', idpGrantable: true, rank: 3 },
  { id: 'ws-admin', slug: 'workspace-admin', on: 'workspace', idpGrantable: true, rank: 4 },
];
export const roles: ReadonlyMap<string, TargetRole> = new Map(targets.map((role) => [role.id, role]));

export function context(given: Partial<EvaluationContext> = {}): EvaluationContext {
  return {
    source,
    defaultSyncMode: 'force',
    absentClaim: 'revoke',
    roles,
    provenDomains: new Set(['acme.test']),
    anyDomain: false,
    importRuns: false,
    takenOver: false,
    roleSelection: 'all',
    ...given,
  };
}

export function mapping(given: Partial<RoleMapping> = {}): RoleMapping {
  return { id: 'eng', source, claim: 'groups', value: 'Engineering', role: 'member', ...given };
}

export function held(given: Partial<HeldGrant> = {}): HeldGrant {
  const evidence = [
    { mapping: 'eng', claim: 'groups', value: 'Engineering', name: 'groups', via: 'name' as const },
  ];
  return { id: 'grant', role: 'member', source: 'sso:acme-sso', basis: 'force', evidence, ...given };
}
