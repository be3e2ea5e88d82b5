import { sql, type ExpressionBuilder, type Selectable } from 'kysely';
import { foldEmail } from '../fold.js';
import type { Member, MemberReader, MemberWriter } from '../ports/members.js';
import { StoreError } from '../ports/store.js';
import { changedOne } from './changed-one.js';
import { present } from './column.js';
import { createdAfter, cursorOf, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import { identityReader, identityWriter } from './identities.js';
import { runShaped } from './shaped.js';
import type { Tables } from './tables.js';
import { orTaken } from './unique-violation.js';

export function memberReader(on: Executor): MemberReader {
  return {
    ...identityReader(on),

    async get(organization, id) {
      const row = await one(on, organization, id).executeTakeFirst();
      return row && toMember(row);
    },

    async byIds(organization, ids) {
      const rows = await several(on, organization, ids).execute();
      return rows.map(toMember);
    },

    async byEmail(organization, email) {
      const rows = await on.db
        .selectFrom('members')
        .selectAll()
        .where('organization', '=', organization)
        .where('email_key', '=', foldEmail(email))
        .orderBy((eb) => eb.case().when('status', '=', 'deprovisioned').then(1).else(0).end())
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(toMember);
    },

    async list(organization, request) {
      const { email } = request;
      const rows = await on.db
        .selectFrom('members')
        .selectAll()
        .where('organization', '=', organization)
        .$if(email !== undefined, (query) => query.where('email_key', '=', foldEmail(email ?? '')))
        .where(createdAfter(cursorOf(request, 'number')))
        .orderBy('created_at')
        .orderBy('id')
        .limit(rowsFor(request))
        .execute();
      return pageOf(rows, request, toMember, (row) => [row.created_at, row.id]);
    },
  };
}

export function memberWriter(on: Executor): MemberWriter {
  return {
    ...memberReader(on),
    ...identityWriter(on),

    async lock(organization, id) {
      const row = await one(on, organization, id)
        .$if(on.home.rowLocks, (query) => query.forUpdate())
        .executeTakeFirst();
      return row && toMember(row);
    },

    async lockAll(organization, ids) {
      const rows = await several(on, organization, ids)
        .orderBy('id')
        .$if(on.home.rowLocks, (query) => query.forUpdate())
        .execute();
      return rows.map(toMember);
    },

    async insert(member) {
      const row = toRow(member);
      const result = await runShaped(on, 'insert member', Object.values(row), () =>
        on.db
          .insertInto('members')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
      );
      if (result.numAffectedRows === 0n) throw emailTaken(member);
    },

    async update(member) {
      const { organization, id, created_at: _, sessions_valid_from: from, ...row } = toRow(member);
      const update = on.db
        .updateTable('members')
        .set(row)
        .set(
          'sessions_valid_from',
          sql<number>`case when sessions_valid_from < ${from} then ${from} else sessions_valid_from end`,
        )
        .where('organization', '=', organization)
        .where('id', '=', id)
        // Asked before the index says no: a failed statement ends a transaction on PostgreSQL.
        .$if(row.email_key !== null && row.status !== 'deprovisioned', (query) =>
          query.where((eb) => eb.not(eb.exists(namesake(eb, row.email_key ?? '', organization, id)))),
        )
        .executeTakeFirst();
      const result = await orTaken(update, 'email-taken', emailTaken(member).message);
      if (result.numUpdatedRows === 0n && (await one(on, organization, id).executeTakeFirst()))
        throw emailTaken(member);
      changedOne(result.numUpdatedRows, `member \`${id}\``);
    },
  };
}

function one(on: Executor, organization: string, id: string) {
  return on.db
    .selectFrom('members')
    .selectAll()
    .where('organization', '=', organization)
    .where('id', '=', id);
}

function several(on: Executor, organization: string, ids: readonly string[]) {
  return on.db
    .selectFrom('members')
    .selectAll()
    .where('organization', '=', organization)
    .where(on.home.among(sql.ref('id'), ids));
}

function namesake(
  eb: ExpressionBuilder<Tables, 'members'>,
  emailKey: string,
  organization: string,
  id: string,
) {
  return eb
    .selectFrom('members as other')
    .select('other.id')
    .where('other.organization', '=', organization)
    .where('other.email_key', '=', emailKey)
    .where('other.status', '<>', 'deprovisioned')
    .where('other.id', '<>', id);
}

function emailTaken(member: Member): StoreError {
  return new StoreError(
    'email-taken',
    `another member of the organization has the e-mail \`${member.email ?? ''}\``,
  );
}

function toMember(row: Selectable<Tables['members']>): Member {
  return present({
    organization: row.organization,
    id: row.id,
    status: row.status as Member['status'],
    email: row.email,
    emailLinks: row.email_links === 1,
    name: row.name,
    sessionsValidFrom: row.sessions_valid_from,
    createdVia: row.created_via,
    deprovisionedBy: row.deprovisioned_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  });
}

function toRow(member: Member): Tables['members'] {
  return {
    organization: member.organization,
    id: member.id,
    status: member.status,
    email: member.email ?? null,
    email_key: member.email === undefined ? null : foldEmail(member.email),
    email_links: member.emailLinks ? 1 : 0,
    name: member.name ?? null,
    sessions_valid_from: member.sessionsValidFrom,
    created_via: member.createdVia,
    deprovisioned_by: member.deprovisionedBy ?? null,
    created_at: member.createdAt,
    updated_at: member.updatedAt,
  };
}
