import { sql } from 'kysely';
import type { AccessReader, StoredAccess } from '../ports/access.js';
import { present } from './column.js';
import type { Executor } from './executor.js';
import { reachingMembers } from './member-lists.js';
import { reachedResources } from './resource-lists.js';
import { storedGrant, type StoredGrantRow } from './stored-grant.js';

/** The member beside one of their grants, one of their open sessions, or neither. */
interface AccessRow extends StoredGrantRow {
  readonly email: string | null;
  readonly name: string | null;
  readonly status: string;
  readonly sessions_valid_from: number;
  readonly version: number | null;
  readonly kind: 'grant' | 'session' | null;
}

export function accessReader(on: Executor): AccessReader {
  return {
    async snapshot(organization, member) {
      const rows = await read(on, organization, member);
      const [first] = rows;
      if (!first) return undefined;
      return present({
        organization,
        member,
        email: first.email,
        name: first.name,
        status: first.status as StoredAccess['status'],
        sessionsValidFrom: first.sessions_valid_from,
        grants: rows.filter((row) => row.kind === 'grant').map(storedGrant),
        sessions: rows.filter((row) => row.kind === 'session').map((row) => row.id),
        version: first.version ?? 0,
      });
    },

    resources(organization, request) {
      return reachedResources(on, organization, request);
    },

    members(organization, request) {
      return reachingMembers(on, organization, request);
    },
  };
}

/** One statement, so one instant, and one round trip (P3). */
async function read(on: Executor, organization: string, member: string): Promise<readonly AccessRow[]> {
  const { rows } = await sql<AccessRow>`
    select members.email, members.name, members.status, members.sessions_valid_from,
      ${on.home.commits.versionOf(organization)} as version, held.*
    from members
    left join (
      select 'grant' as kind, id, role, resource_type, resource_id, source, basis, expires_at, created_at
      from grants where organization = ${organization} and member = ${member}
      union all
      select 'session', id, '', '', '', '', '', expires_at, began_at
      from sessions where organization = ${organization} and member = ${member} and expires_at > ${on.now()}
    ) held on 1 = 1
    where members.organization = ${organization} and members.id = ${member}
    order by held.created_at, held.id`.execute(on.db);
  return rows;
}
