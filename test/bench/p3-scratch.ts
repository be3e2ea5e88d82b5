import { openStore } from '@idp-roles/store';
import { mkdtempSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { join } from 'node:path';
const folder = '/tmp/lists-scale-db';
import { existsSync } from 'node:fs';
const N = 1_000_000;
const url = process.env['TEST_DATABASE_URL'];
const onPg = process.argv[2] === 'pg';
const had = existsSync(folder);
const store = await openStore(onPg ? { url: url!, schema: 'scale' } : { folder }, {
  secretKeys: ['k'.repeat(40)],
});
const fillSql = (gen: (n: string, from: number, to: number) => string) => [
  `insert into organizations (id,name,role_source,role_selection,keep_claims,rules_version,created_at,updated_at) values ('org_x','x','sso','all',0,0,0,0)`,
  `insert into members (organization,id,status,email_links,sessions_valid_from,created_via,created_at,updated_at) select 'org_x','mem_'||n,'active',1,0,'api',0,0 from ${gen('n', 1, 10)}`,
  `insert into resources (organization,type,id,created_at) select 'org_x','workspace','w'||n,0 from ${gen('n', 0, 10000)}`,
  `insert into resources (organization,type,id,parent_type,parent_id,created_at) select 'org_x','project','p'||n,'workspace','w'||(n % 9999),0 from ${gen('n', 1, N)}`,
  `insert into resources (organization,type,id,parent_type,parent_id,created_at) select 'org_x','project','q'||n,'workspace','w9999',0 from ${gen('n', 1, N / 4)}`,
  // m1: 10000 direct ; m2: 10000 workspaces (all) ; m3: one workspace of 100 ; m4: w9999 with 250k; m5 mixed ; m6: many others
  ...[
    ['mem_1', 'project-editor', 'project', "'p'||(n*97)", 10000],
    ['mem_2', 'workspace-admin', 'workspace', "'w'||n", 9998],
    ['mem_3', 'workspace-admin', 'workspace', "'w5'", 1],
    ['mem_4', 'workspace-admin', 'workspace', "'w9999'", 1],
    ['mem_5', 'workspace-admin', 'workspace', "'w10000'", 1],
  ].map(
    ([m, r, t, e, c]) =>
      `insert into grants (organization,id,member,role,resource_type,resource_id,source,basis,assigned_by,created_at) select 'org_x','g_${m}_'||n,'${m}','${r}','${t}',${e},'api','api','host',0 from ${gen('n', 1, c as number)}`,
  ),
  `insert into grants (organization,id,member,role,resource_type,resource_id,source,basis,assigned_by,created_at) select 'org_x','g_o_'||n,'mem_'||(6+n%4),'project-editor','project','p'||n,'api','api','host',0 from ${gen('n', 1, N)}`,
];
const t0 = Date.now();
if (onPg) {
  const c = new Client(url!);
  await c.connect();
  await c.query('set search_path = scale');
  for (const s of fillSql((n, a, b) => `generate_series(${a},${b}) ${n}`)) await c.query(s);
  if (process.argv[3] === 'analyze') await c.query('analyze');
  await c.end();
} else if (!had) {
  const db = new DatabaseSync(join(folder, 'idp-roles.db'));
  db.exec('pragma synchronous=off; pragma foreign_keys=off');
  for (const s of fillSql(
    (n, a, b) =>
      `(with recursive c(n) as (select ${a} union all select n+1 from c where n<${b}) select n from c)`,
  ))
    db.exec(s);
  db.close();
}
console.log('filled', Date.now() - t0);
const sufficient = [
  { on: 'workspace', roles: ['workspace-admin', 'custom-1'] },
  { on: 'project', roles: ['project-editor', 'project-admin'] },
];
for (const m of [1, 2, 3, 4, 5]) {
  const ask = (after?: string, limit = 50) =>
    store.read.access.resources('org_x', {
      member: `mem_${m}`,
      types: ['project', 'workspace'],
      sufficient,
      everything: false,
      now: 1,
      limit,
      after,
    });
  let after: string | undefined;
  let count = 0;
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const t = performance.now();
    const p = await ask(after);
    times.push(performance.now() - t);
    count += p.data.length;
    after = p.after;
    if (!after) break;
  }
  console.log(
    'mem',
    m,
    'pages',
    times.length,
    'rows',
    count,
    'first',
    times[0]!.toFixed(2),
    'median',
    times.toSorted((a, b) => a - b)[times.length >> 1]!.toFixed(2),
    'max',
    Math.max(...times).toFixed(2),
  );
}
{
  let after: string | undefined;
  const times: number[] = [];
  for (let i = 0; i < 40; i++) {
    const t = performance.now();
    const p = await store.read.access.resources('org_x', {
      member: 'mem_1',
      types: ['project', 'workspace'],
      sufficient,
      everything: true,
      now: 1,
      limit: 50,
      after,
    });
    times.push(performance.now() - t);
    after = p.after;
    if (!after) break;
  }
  console.log('everything median', times.toSorted((a, b) => a - b)[20]!.toFixed(2));
}
await store.close();
