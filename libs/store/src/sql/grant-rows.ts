import type { Evidence } from '@idp-roles/mapping';
import type { Grant, GrantChanges } from '../ports/grants.js';
import { StoreError } from '../ports/store.js';
import { present } from './column.js';
import type { Tables } from './tables.js';

/** A grant beside one row of its evidence, or beside none. */
export type GrantAndEvidence = Tables['grants'] & {
  readonly mapping: string | null;
  readonly claim: string | null;
  readonly value: string | null;
  readonly name: string | null;
  readonly via: string | null;
};

/** Folds joined rows, which must come grouped by grant, into grants in the same order. */
export function toGrants(rows: readonly GrantAndEvidence[]): readonly Grant[] {
  const grants = new Map<string, Grant & { readonly evidence: Evidence[] }>();
  for (const row of rows) {
    let grant = grants.get(row.id);
    if (!grant) grants.set(row.id, (grant = toGrant(row)));
    if (row.mapping !== null) grant.evidence.push(toEvidence(row));
  }
  return [...grants.values()];
}

export function grantRow(grant: Grant): Tables['grants'] {
  return {
    organization: grant.organization,
    id: grant.id,
    member: grant.member,
    role: grant.role,
    resource_type: grant.resource?.type ?? '',
    resource_id: grant.resource?.id ?? '',
    source: grant.source,
    basis: grant.basis,
    expires_at: grant.expiresAt ?? null,
    assigned_by: grant.assignedBy,
    created_at: grant.createdAt,
  };
}

/** Of grants that come with evidence, and of those whose evidence is replaced. */
export function evidenceRows(
  organization: string,
  add: readonly Grant[],
  replace: GrantChanges['evidence'],
): readonly Tables['grant_evidence'][] {
  return [...add.map(({ id, evidence }) => ({ grant: id, evidence })), ...replace].flatMap(
    ({ grant, evidence }) =>
      evidence.map(({ mapping, claim, value, name, via }, position) => ({
        organization,
        grant_id: grant,
        position,
        mapping,
        claim,
        value,
        name,
        via,
      })),
  );
}

/** S5: of two alike in all of these, one can be. */
export function placeOf(grant: Grant): string {
  const { member, role, resource_type, resource_id, source, basis } = grantRow(grant);
  return JSON.stringify([member, role, resource_type, resource_id, source, basis]);
}

export function grantExists(): StoreError {
  return new StoreError('grant-exists', 'the member holds this role there from this source already');
}

function toGrant(row: Tables['grants']): Grant & { readonly evidence: Evidence[] } {
  return present({
    organization: row.organization,
    id: row.id,
    member: row.member,
    role: row.role,
    resource: row.resource_type === '' ? null : { type: row.resource_type, id: row.resource_id },
    source: row.source as Grant['source'],
    basis: row.basis as Grant['basis'],
    evidence: [] as Evidence[],
    expiresAt: row.expires_at,
    assignedBy: row.assigned_by,
    createdAt: row.created_at,
  });
}

function toEvidence(row: GrantAndEvidence): Evidence {
  return {
    mapping: row.mapping ?? '',
    claim: row.claim ?? '',
    value: row.value ?? '',
    name: row.name ?? '',
    via: row.via as Evidence['via'],
  };
}
