import { strict as assert } from 'node:assert';
import type { Store } from '@idp-roles/store';
import { measureAsking } from './p7-measure.ts';
import { homes, organization, type Tables } from './p3-tables.ts';
import { duration, times, type Row } from './row.ts';

const held = 10_000;
const limit = 50;

/** `listResources` of a member with ten thousand grants, page after page, among a million resources and among twenty thousand. */
export async function listing(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const tables of await homes()) {
    try {
      await tables.run([
        ...organization('org_small', { projects: 20_000, held, others: 0 }),
        ...organization('org_large', { projects: 1_000_000, held, others: 100_000 }),
      ]);
      rows.push(await row(tables));
    } finally {
      await tables.close();
    }
  }
  return rows;
}

async function row({ name, store, client }: Tables): Promise<Row> {
  const cursors = {
    org_small: await pagesOf(store, 'org_small'),
    org_large: await pagesOf(store, 'org_large'),
  };
  const page = (org: keyof typeof cursors, turn: number) =>
    ask(store, org, cursors[org][turn % cursors[org].length]);
  const { nanoseconds, ratio } = await measureAsking([
    { name: 'large', run: (turn) => page('org_large', turn) },
    { name: 'small', run: (turn) => page('org_small', turn) },
    { name: 'first', run: () => ask(store, 'org_large') },
    { name: 'last', run: () => ask(store, 'org_large', cursors.org_large.at(-1)) },
    ...(client ? [{ name: 'query', run: () => client.query(QUERY, ['org_large', 'mem_1', limit]) }] : []),
  ]);
  const [growth, depth] = [ratio('large', 'small'), ratio('last', 'first')];
  return {
    op: `P3 listResources on ${name}, ${held} grants among 1 M resources, a page of ${limit} (growth: 1 M resources over 20 000; last page over first)`,
    ours: `${duration(nanoseconds('large'))}, 1 statement`,
    peer: client ? `all at once, first ${limit} by id ${duration(nanoseconds('query'))}` : '–',
    ratio: client ? times(ratio('query', 'large')) : '–',
    growth: `${times(growth)}; ${times(depth)}`,
    goal: 'one indexed query; page cost independent of the total (≤ 2×)',
    reached: growth <= 2 && depth <= 2,
  };
}

/** Each page's cursor. The oracle: all that is held, each once. */
async function pagesOf(store: Store, org: string): Promise<readonly (string | undefined)[]> {
  const cursors: (string | undefined)[] = [undefined];
  const found: string[] = [];
  for (;;) {
    const { data, after } = await ask(store, org, cursors.at(-1));
    found.push(...data.map(({ id }) => id));
    if (after === undefined) break;
    cursors.push(after);
  }
  const expected = await store.read.grants.ofMember(org, 'mem_1');
  assert.deepEqual(found.toSorted(), expected.map(({ resource }) => resource?.id).toSorted());
  return cursors;
}

function ask(store: Store, org: string, after?: string) {
  return store.read.access.resources(org, {
    member: 'mem_1',
    types: ['project', 'workspace'],
    sufficient: [
      { on: 'workspace', roles: ['workspace-admin'] },
      { on: 'project', roles: ['project-editor'] },
    ],
    everything: false,
    now: 1_000,
    limit,
    ...(after !== undefined && { after }),
  });
}

/** What is mostly written: collect everything below what is held, sort, cut. */
const QUERY = `
with recursive reached (type, id) as (
  select resource_type, resource_id from grants
  where organization = $1 and member = $2 and role in ('workspace-admin', 'project-editor')
  union
  select r.type, r.id from reached join resources r
  on r.organization = $1 and r.parent_type = reached.type and r.parent_id = reached.id
)
select id from reached where type = 'project' order by id limit $3`;
