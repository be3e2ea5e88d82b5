import type { Client } from 'pg';

/** What a member of the peers holds: a row a role, without the evidence that ours keeps beside it. */
export interface PeerMember {
  readonly organization: string;
  readonly member: string;
  readonly source: string;
}

/** As many libraries do: all that the source gave goes, what it gives now comes, one row a statement. */
export async function deleteAllInsertEach(
  client: Client,
  { organization, member, source }: PeerMember,
  roles: readonly string[],
): Promise<void> {
  await client.query('begin');
  await client.query('delete from grants where organization = $1 and member = $2 and source = $3', [
    organization,
    member,
    source,
  ]);
  for (const role of roles)
    await client.query(INSERT, [organization, `${member} ${role}`, member, role, source]);
  await client.query('commit');
}

/** The diff made by the database, from the roles that are due. */
export async function oneStatementDiff(
  client: Client,
  { organization, member, source }: PeerMember,
  roles: readonly string[],
): Promise<void> {
  await client.query('begin');
  await client.query(DIFF, [organization, member, source, roles]);
  await client.query('commit');
}

/** In a transaction, as the others. */
export async function readOnly(client: Client, { organization, member, source }: PeerMember) {
  await client.query('begin');
  const held = await client.query<{ role: string }>(
    'select * from grants where organization = $1 and member = $2 and source = $3',
    [organization, member, source],
  );
  await client.query('commit');
  return held.rows;
}

const COLUMNS =
  'organization, id, member, role, source, resource_type, resource_id, basis, assigned_by, created_at';

const INSERT = `insert into grants (${COLUMNS}) values ($1, $2, $3, $4, $5, '', '', 'force', $5, 0)`;

const DIFF = `
  with due as (select unnest($4::text[]) as role),
  gone as (
    delete from grants where organization = $1 and member = $2 and source = $3 and role not in (select role from due)
  )
  insert into grants (${COLUMNS})
  select $1, $2 || ' ' || role, $2, role, $3, '', '', 'force', $3, 0 from due
  where role not in (select role from grants where organization = $1 and member = $2 and source = $3)`;
