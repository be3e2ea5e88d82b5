import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Grant, GrantReader, GrantWriter } from '../ports/grants.js';
import type { Executor } from './executor.js';
import { toGrants } from './grant-rows.js';
import type { Tables } from './tables.js';

type Condition = (eb: ExpressionBuilder<Tables, 'grants'>) => Expression<SqlBool>;

export function grantReader(on: Executor): GrantReader {
  return {
    async get(organization, id) {
      const [grant] = await select(on, organization, (eb) => eb('grants.id', '=', id));
      return grant;
    },

    ofMember(organization, member) {
      return select(on, organization, (eb) => eb('grants.member', '=', member));
    },

    async ofMembers(organization, members) {
      const found = new Map<string, Grant[]>(members.map((member) => [member, []]));
      if (found.size === 0) return found;
      // One value: compared with by hash, whatever index is read.
      const among = on.home.among(sql.ref('grants.member'), [...found.keys()]);
      for (const grant of await select(on, organization, () => among)) found.get(grant.member)?.push(grant);
      return found;
    },

    withEvidenceOf(organization, mapping) {
      return select(on, organization, (eb) =>
        eb(
          'grants.id',
          'in',
          eb
            .selectFrom('grant_evidence as of')
            .select('of.grant_id')
            .where('of.organization', '=', organization)
            .where('of.mapping', '=', mapping),
        ),
      );
    },

    async bySource(organization, source, bases) {
      if (bases.length === 0) return [];
      return select(on, organization, (eb) =>
        eb.and([eb('grants.source', '=', source), eb('grants.basis', 'in', bases)]),
      );
    },

    byRole(organization, role) {
      return select(on, organization, (eb) => eb('grants.role', '=', role));
    },

    onResource(organization, type, id) {
      return select(on, organization, (eb) =>
        eb.and([eb('grants.resource_type', '=', type), eb('grants.resource_id', '=', id)]),
      );
    },

    async otherHolderExists(organization, role, member, resource) {
      const row = await on.db
        .selectFrom('grants')
        .innerJoin('members', (join) =>
          join
            .onRef('members.organization', '=', 'grants.organization')
            .onRef('members.id', '=', 'grants.member'),
        )
        .select('grants.id')
        .where('grants.organization', '=', organization)
        .where('grants.role', '=', role)
        .where('grants.resource_type', '=', resource?.type ?? '')
        .where('grants.resource_id', '=', resource?.id ?? '')
        .where('grants.member', '<>', member)
        .where('grants.expires_at', 'is', null)
        .where('members.status', '=', 'active')
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

export function grantWriter(on: Executor): GrantWriter {
  return {
    ...grantReader(on),

    async lockRole(organization, role) {
      await on.home.lock(on.db, organization, `role:${role}`);
    },

    async apply(organization, changes) {
      const { add, remove, evidence } = changes;
      if (add.length + remove.length + evidence.length === 0) return void on.db;
      await on.home.applyGrants(on.db, organization, changes);
    },
  };
}

async function select(on: Executor, organization: string, condition: Condition): Promise<readonly Grant[]> {
  const rows = await on.db
    .selectFrom('grants')
    .leftJoin('grant_evidence as evidence', (join) =>
      join
        .onRef('evidence.organization', '=', 'grants.organization')
        .onRef('evidence.grant_id', '=', 'grants.id'),
    )
    .selectAll('grants')
    .select(['evidence.mapping', 'evidence.claim', 'evidence.value', 'evidence.name', 'evidence.via'])
    .where('grants.organization', '=', organization)
    .where(condition)
    .orderBy('grants.created_at')
    .orderBy('grants.id')
    .orderBy('evidence.position')
    .execute();
  return toGrants(rows);
}
