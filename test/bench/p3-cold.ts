import { strict as assert } from 'node:assert';
import { decide, prepareSnapshot } from '@idp-roles/access';
import type { Store } from '@idp-roles/store';
import { measureAsking } from './p7-measure.ts';
import { homes, organization, type Tables } from './p3-tables.ts';
import { access, PERMISSION } from './p3-tenant.ts';
import { duration, times, type Row } from './row.ts';

/** A check of a member who is not in memory: one statement reads all that it needs of them, another the path, which is kept for everybody. */
export async function cold(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const tables of await homes()) {
    try {
      await tables.run([
        ...organization('org_small', { projects: 500, held: 1, others: 1_000 }),
        ...organization('org_large', { projects: 200_000, held: 1, others: 1_000_000 }),
      ]);
      rows.push(await row(tables));
    } finally {
      await tables.close();
    }
  }
  return rows;
}

async function row({ name, store, client }: Tables): Promise<Row> {
  const paths = new Map<string, readonly { type: string; id: string }[]>();
  for (const org of ['org_small', 'org_large'])
    for (let n = 1; n <= 500; n++) {
      const id = `prj_${n}`;
      paths.set(`${org}/${id}`, (await store.read.resources.path(org, { type: 'project', id })) ?? []);
    }
  const check = async (org: string, turn: number) => {
    const [member, id] = [`mem_${2 + (turn % 100)}`, `prj_${1 + (turn % 500)}`];
    return ours(store, org, member, id, paths.get(`${org}/${id}`) ?? []);
  };
  const asked = async (turn: number) => {
    const { rows } = (await client?.query(QUESTION, [
      'org_large',
      `mem_${2 + (turn % 100)}`,
      `prj_${1 + (turn % 500)}`,
    ])) ?? { rows: [] };
    return rows[0]?.may === true;
  };
  for (let turn = 0; client && turn < 200; turn++)
    assert.equal(await check('org_large', turn), await asked(turn), `turn ${turn}`);
  const { nanoseconds, ratio } = await measureAsking([
    { name: 'large', run: (turn) => check('org_large', turn) },
    { name: 'small', run: (turn) => check('org_small', turn) },
    ...(client ? [{ name: 'query', run: asked }] : []),
  ]);
  const growth = ratio('large', 'small');
  return {
    op: `P3 access check, cold, on ${name}, one query among a million grants (growth: 1 M grants over 1 000)`,
    ours: duration(nanoseconds('large')),
    peer: client ? `hand-written query of the one answer ${duration(nanoseconds('query'))}` : '–',
    ratio: client ? times(ratio('query', 'large')) : '–',
    growth: times(growth),
    goal: 'one indexed query; ≤ 2×',
    reached: growth <= 2,
  };
}

async function ours(
  store: Store,
  org: string,
  member: string,
  id: string,
  path: readonly { type: string; id: string }[],
): Promise<boolean> {
  const stored = await store.read.access.snapshot(org, member);
  if (!stored) return false;
  const question = { permission: PERMISSION, resource: { type: 'project', id } };
  return decide(access, prepareSnapshot(access, stored), question, path, 1_000).allowed;
}

const QUESTION = `
with recursive path (type, id, parent_type, parent_id) as (
  select type, id, parent_type, parent_id from resources where organization = $1 and type = 'project' and id = $3
  union all
  select r.type, r.id, r.parent_type, r.parent_id from path join resources r
  on r.organization = $1 and r.type = path.parent_type and r.id = path.parent_id
)
select exists (
  select 1 from grants g where g.organization = $1 and g.member = $2 and g.role in ('project-editor', 'workspace-admin', 'org-admin')
    and (g.resource_type = '' or (g.resource_type, g.resource_id) in (select type, id from path))
) as may`;
