import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { ReachedResourcesRequest } from '../src/ports/access.js';
import type { StoreReader } from '../src/ports/store.js';
import { openStore } from '../src/sql/open-store.js';
import { aFolder, secretKeys } from './folder.js';
import { aSchema, databaseUrl } from './postgres-database.js';

const types = ['task', 'project', 'workspace'];
const request: ReachedResourcesRequest = {
  member: 'm',
  types,
  sufficient: types.map((on) => ({ on, roles: [`${on}-admin`, `${on}-guest`] })),
  everything: false,
  now: 1,
  limit: 50,
};
const after = (name: string, at: readonly unknown[]) =>
  Buffer.from(JSON.stringify([name, JSON.stringify(at)])).toString('base64url');

const lists: Record<string, (read: StoreReader) => Promise<unknown>> = {
  'resources, the first page': ({ access }) => access.resources('o', request),
  'resources, a page deep below a root': ({ access }) =>
    access.resources('o', { ...request, after: after('below:task', [0, 'w', 'p', 't']) }),
  'resources, of everything': ({ access }) =>
    access.resources('o', { ...request, everything: true, after: after('all:task', ['t']) }),
  members: ({ access }) =>
    access.members('o', {
      places: [
        ...types.map((type) => ({ resource: { type, id: 'x' }, roles: [`${type}-admin`] })),
        { roles: ['org-admin', 'org-guest'] },
      ],
      now: 1,
      limit: 50,
      after: Buffer.from('["m",""]').toString('base64url'),
    }),
};

describe('plans of lists on SQLite', () => {
  it.each(Object.entries(lists))('P3: %s look up each row in an index', async (_, ask) => {
    const folder = await aFolder();
    const texts: string[] = [];
    const store = await openStore({ folder }, { secretKeys, onStatement: (text) => texts.push(text) });
    texts.length = 0;
    await ask(store.read);
    await store.close();
    expect(texts).toHaveLength(1);
    const file = new DatabaseSync(join(folder, 'idp-roles.db'), { readOnly: true });
    const steps = texts
      .flatMap((text) => file.prepare(`explain query plan ${text}`).all())
      .map((row) => String(row['detail']));
    file.close();
    const reads = steps.filter((step) => /^(SEARCH|SCAN) [crgapm]\b/.test(step));
    expect(reads.length).toBeGreaterThan(2);
    const ways = [
      /^SEARCH [crp] USING (PRIMARY KEY|INDEX \S+) \(organization=\? AND type=\? AND id[=>]\?\)$/,
      /^SEARCH c USING (COVERING )?INDEX resources_parent \(organization=\? AND parent_type=\? AND parent_id=\? AND type=\? AND id>\?\)$/,
      /^SEARCH m USING PRIMARY KEY \(organization=\? AND id=\?\)$/,
      /^SEARCH g USING INDEX \S+ \(organization=\? AND member=\? AND role=\? AND resource_type=\? AND resource_id>\?\)$/,
      /^SEARCH g USING INDEX grants_role \(organization=\? AND role=\? AND resource_type=\? AND resource_id=\? AND member>\?\)$/,
      /^SEARCH a USING INDEX \S+ \(organization=\?( AND member=\?)? AND role=\? AND resource_type=\? AND resource_id=\?( AND member=\?)?\)$/,
    ];
    expect(reads.filter((step) => !ways.some((way) => way.test(step)))).toEqual([]);
    // Nothing is sorted but what two roles found.
    expect(steps.filter((step) => /TEMP B-TREE FOR ORDER BY/.test(step))).toEqual([]);
  });
});

describe.runIf(databaseUrl)('plans of lists on PostgreSQL, of a database that nobody has measured', () => {
  it.each(Object.entries(lists))('P3: %s look up each row in an index', async (_, ask) => {
    const { location, schema, drop } = await aSchema();
    const texts: string[] = [];
    const store = await openStore(location, { secretKeys, onStatement: (text) => texts.push(text) });
    texts.length = 0;
    await ask(store.read);
    await store.close();
    expect(texts).toHaveLength(1);
    const client = new Client(location.url);
    await client.connect();
    try {
      await client.query(`set search_path = "${schema}"; set plan_cache_mode = force_generic_plan`);
      // One workspace with everything in it, one member who holds everything.
      await client.query(`
        insert into organizations (id, name, role_source, role_selection, keep_claims, rules_version, created_at, updated_at)
          values ('o', '', 'sso', 'all', 0, 0, 0, 0);
        insert into members (organization, id, status, email_links, sessions_valid_from, created_via, created_at, updated_at)
          values ('o', 'm', 'active', 0, 0, 'api', 0, 0);
        insert into resources (organization, type, id, created_at) values ('o', 'workspace', 'w', 0);
        insert into resources (organization, type, id, parent_type, parent_id, created_at)
          select 'o', 'project', 'p' || n, 'workspace', 'w', 0 from generate_series(1, 20000) n;
        insert into grants (organization, id, member, role, resource_type, resource_id, source, basis, assigned_by, created_at)
          select 'o', 'g' || n, 'm', 'project-admin', 'project', 'p' || n, 'api', 'api', '', 0 from generate_series(1, 20000) n`);
      for (const measured of [false, true]) {
        if (measured) await client.query('analyze resources; analyze grants; analyze members');
        const plan: string[] = [];
        for (const text of texts) {
          const count = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place)));
          const values = Array.from({ length: count }, () => 'null').join(', ');
          await client.query(`prepare asked as ${text}`);
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain execute asked(${values})`);
          await client.query('deallocate asked');
          plan.push(...rows.map((row) => row['QUERY PLAN']));
        }
        expect(plan.filter((line) => /Seq Scan on (resources|grants)|Hash|Sort\b|Bitmap/.test(line))).toEqual(
          [],
        );
        // What comes next is found in the index that was made for it.
        const ordered = plan.filter((line) => /ROW\(/.test(line) && /Cond|Filter/.test(line));
        expect(ordered.filter((line) => /Filter/.test(line))).toEqual([]);
      }
    } finally {
      await client.end();
      await drop();
    }
  });
});
