import type { Selectable } from 'kysely';
import { foldDomain } from '../fold.js';
import type { Domain, Organization, OrganizationReader, OrganizationWriter } from '../ports/organizations.js';
import { StoreError } from '../ports/store.js';
import { present } from './column.js';
import { createdAfter, cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import { runShaped } from './shaped.js';
import type { Tables } from './tables.js';
import { orTaken } from './unique-violation.js';
import { changedOne } from './changed-one.js';

export function organizationReader(on: Executor): OrganizationReader {
  return {
    async get(id) {
      const row = await on.db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toOrganization(row);
    },

    async list(request) {
      const rows = await on.db
        .selectFrom('organizations')
        .selectAll()
        .where(createdAfter(cursorOf(request, 'number')))
        .orderBy('created_at')
        .orderBy('id')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toOrganization, (row) => [row.created_at, row.id]);
    },

    async domains(organization) {
      const rows = await on.db
        .selectFrom('domains')
        .selectAll()
        .where('organization', '=', organization)
        .orderBy('domain')
        .execute();
      return rows.map(toDomain);
    },

    async ownerOf(domain) {
      const row = await on.db
        .selectFrom('domains')
        .select('organization')
        .where('domain', '=', foldDomain(domain))
        .where('proven_at', 'is not', null)
        .executeTakeFirst();
      return row?.organization;
    },
  };
}

export function organizationWriter(on: Executor): OrganizationWriter {
  return {
    ...organizationReader(on),

    async holdRules(organization) {
      await on.home.lock(on.db, organization, 'rules', 'shared');
      // A statement of its own, after the lock: one that began before it would read what was before whoever it waited for.
      const { rows } = await runShaped(on, 'rules version', [organization], () =>
        on.db.selectFrom('organizations').select('rules_version').where('id', '=', organization).compile(),
      );
      return rows[0]?.rules_version ?? 0;
    },

    async lockRules(organization) {
      await on.home.lock(on.db, organization, 'rules');
      await on.db
        .updateTable('organizations')
        .set((eb) => ({ rules_version: eb('rules_version', '+', 1) }))
        .where('id', '=', organization)
        .execute();
    },

    async insert(organization) {
      await on.db
        .insertInto('organizations')
        .values({ ...toRow(organization), rules_version: 1 })
        .execute();
    },

    async update(organization) {
      const { id, created_at: _, ...row } = toRow(organization);
      const result = await on.db
        .updateTable('organizations')
        .set(row)
        .where('id', '=', id)
        .executeTakeFirst();
      changedOne(result.numUpdatedRows, `organization \`${id}\``);
    },

    async delete(id) {
      await on.db.deleteFrom('organizations').where('id', '=', id).execute();
    },

    async setDomains(organization, domains) {
      const rows = domains.map((domain) => toDomainRow(organization, domain));
      const foreign = await provenElsewhere(on, organization, rows);
      if (foreign !== undefined) throw new StoreError('domain-taken', taken(foreign));
      await on.db.deleteFrom('domains').where('organization', '=', organization).execute();
      if (rows.length === 0) return;
      const insert = on.db.insertInto('domains').values(rows).execute();
      await orTaken(insert, 'domain-taken', taken(rows.map((row) => row.domain).join(', ')));
    },
  };
}

async function provenElsewhere(
  on: Executor,
  organization: string,
  rows: readonly { readonly domain: string }[],
): Promise<string | undefined> {
  if (rows.length === 0) return undefined;
  const names = rows.map((row) => row.domain);
  const row = await on.db
    .selectFrom('domains')
    .select('domain')
    .where('domain', 'in', names)
    .where('organization', '<>', organization)
    .where('proven_at', 'is not', null)
    .executeTakeFirst();
  return row?.domain;
}

function taken(domain: string): string {
  return `the domain \`${domain}\` is proven by another organization`;
}

function toOrganization(row: Selectable<Tables['organizations']>): Organization {
  return {
    id: row.id,
    name: row.name,
    roleSource: row.role_source as Organization['roleSource'],
    roleSelection: row.role_selection as Organization['roleSelection'],
    keepClaims: row.keep_claims === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toRow(organization: Organization): Omit<Tables['organizations'], 'rules_version'> {
  return {
    id: organization.id,
    name: organization.name,
    role_source: organization.roleSource,
    role_selection: organization.roleSelection,
    keep_claims: organization.keepClaims ? 1 : 0,
    created_at: organization.createdAt,
    updated_at: organization.updatedAt,
  };
}

function toDomain(row: Selectable<Tables['domains']>): Domain {
  return present({
    domain: row.domain,
    organization: row.organization,
    provenAt: row.proven_at,
    method: row.method as Domain['method'] | null,
  });
}

function toDomainRow(organization: string, domain: Domain): Tables['domains'] {
  return {
    organization,
    domain: foldDomain(domain.domain),
    proven_at: domain.provenAt ?? null,
    method: domain.method ?? null,
  };
}
