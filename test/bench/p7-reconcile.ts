import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { claimsOf, evaluate, MappingIndex, plan, type Evaluation } from '@idp-roles/mapping';
import { newId, openStore, type Grant, type Store } from '@idp-roles/store';
import { Client } from 'pg';
import { measureAsking } from './p7-measure.ts';
import { deleteAllInsertEach, oneStatementDiff, readOnly, type PeerMember } from './p7-peers.ts';
import { duration, times, type Row } from './row.ts';
import { context, groupName, mappingsOf } from './tenants.ts';

const source = 'sso:sso';
const rolesHeld = 10;
const [small, large] = [10, 10_000];

/** P7: one member's grants brought to what an evaluation says, on the server that TEST_DATABASE_URL names. */
export async function reconciling(): Promise<Row[]> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) {
    console.log('P7 is left out, for want of PostgreSQL (set TEST_DATABASE_URL)');
    return [];
  }
  const url = new URL(server);
  // All contenders alike: what is measured is the statements, not the disk.
  url.searchParams.set('options', '-c synchronous_commit=off');
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const said: string[] = [];
  const store = await openStore(
    { url: url.href, schema },
    {
      secretKeys: ['a key for the bench, of which nobody makes a secret'],
      onStatement: (text) => said.push(text),
    },
  );
  const client = new Client(url.href);
  await client.connect();
  try {
    await client.query(`set search_path = ${schema}`);
    await fill(client, 'org_small', small);
    await fill(client, 'org_large', large);
    await client.query('analyze');
    return await rows(store, client, said);
  } finally {
    await store.close();
    await client.query(`drop schema ${schema} cascade`);
    await client.end();
  }
}

async function rows(store: Store, client: Client, said: string[]): Promise<Row[]> {
  await reconcile(store, 'org_large', 'steady', dueAt(0).evaluation);
  await deleteAllInsertEach(client, peer('read'), dueAt(0).roles);
  const { nanoseconds, ratio } = await measureAsking([
    { name: 'unchanged', run: () => reconcile(store, 'org_large', 'steady', dueAt(0).evaluation) },
    { name: 'changed', run: (turn) => reconcile(store, 'org_large', 'ours', dueAt(turn).evaluation) },
    { name: 'small', run: (turn) => reconcile(store, 'org_small', 'ours', dueAt(turn).evaluation) },
    { name: 'each', run: (turn) => deleteAllInsertEach(client, peer('each'), dueAt(turn).roles) },
    { name: 'diff', run: (turn) => oneStatementDiff(client, peer('diff'), dueAt(turn).roles) },
    { name: 'read', run: () => readOnly(client, peer('read')) },
  ]);
  await assertSame(store, client);
  const unchanged = await statementsOf(said, () =>
    reconcile(store, 'org_large', 'steady', dueAt(0).evaluation),
  );
  const changed = await statementsOf(said, () => reconcile(store, 'org_large', 'ours', dueAt(0).evaluation));
  return [
    {
      op: `P7 reconcile one member of ${large}, ${rolesHeld} roles, nothing changes`,
      ours: `${duration(nanoseconds('unchanged'))}, ${unchanged.length} statement`,
      peer: `reading only ${duration(nanoseconds('read'))}`,
      ratio: times(ratio('read', 'unchanged')),
      goal: '1 read, 0 writes',
      reached: unchanged.length === 1 && reads(unchanged) === 1,
    },
    {
      op: `P7 reconcile one member of ${large}, one role of ${rolesHeld} goes and one comes`,
      ours: `${duration(nanoseconds('changed'))}, ${changed.length - reads(changed)} statement beside the read, with evidence`,
      peer: `delete all and insert each ${duration(nanoseconds('each'))}; one-statement diff ${duration(nanoseconds('diff'))}`,
      ratio: `${times(ratio('each', 'changed'))}; ${times(ratio('diff', 'changed'))}`,
      growth: times(ratio('changed', 'small')),
      goal: '1 statement beside the commit',
      reached: changed.length - reads(changed) === 1,
    },
  ];
}

function peer(member: string): PeerMember {
  return { organization: 'org_large', member, source };
}

function dueAt(turn: number): Due {
  return due[turn & 1] as Due;
}

function reads(texts: readonly string[]): number {
  return texts.filter((text) => text.startsWith('select')).length;
}

interface Due {
  readonly roles: readonly string[];
  readonly evaluation: Evaluation;
}

/** Two states of one person: the first role of one is the last of the other. */
const index = new MappingIndex(mappingsOf(rolesHeld + 1, 1));
const due = [0, 1].map((first): Due => {
  const groups = Array.from({ length: rolesHeld }, (_, number) => groupName(first + number));
  const evaluation = evaluate(index, claimsOf({ groups }), context);
  return { roles: evaluation.grants.map(({ role }) => role), evaluation };
});

/** As a sign-in does it (S1), in a transaction of its own. */
async function reconcile(
  store: Store,
  organization: string,
  member: string,
  evaluation: Evaluation,
): Promise<void> {
  await store.transaction(async (tx) => {
    const before = await tx.grants.ofMember(organization, member);
    const { add, keep, remove } = plan(before, evaluation);
    await tx.grants.apply(organization, {
      add: add.map((grant): Grant => ({
        ...grant,
        id: newId('gra', organization),
        organization,
        member,
        source,
        assignedBy: source,
        createdAt: 0,
      })),
      remove: remove.map(({ id }) => id),
      evidence: keep
        .filter(({ changed }) => changed)
        .map(({ grant, evidence }) => ({ grant: grant.id, evidence })),
    });
  });
}

/** `small` or `large` members with three roles each and what supports them, and those that the contenders work on. */
async function fill(client: Client, organization: string, members: number): Promise<void> {
  await client.query(
    `insert into organizations (id, name, role_source, role_selection, keep_claims, created_at, updated_at)
     values ($1, $1, 'sso', 'all', 0, 0, 0)`,
    [organization],
  );
  await client.query(
    `insert into members (organization, id, status, email_links, sessions_valid_from, created_via, created_at, updated_at)
     select $1, id, 'active', 1, 0, 'api', 0, 0
     from (select 'mem_' || n as id from generate_series(1, $2::int) n
       union all select unnest(array['steady', 'ours', 'each', 'diff', 'read'])) as wanted`,
    [organization, members],
  );
  await client.query(
    `insert into grants (organization, id, member, role, resource_type, resource_id, source, basis, assigned_by, created_at)
     select $1, 'gra_' || n || '_' || r, 'mem_' || n, 'role-' || r, '', '', $3, 'force', $3, 0
     from generate_series(1, $2::int) n, generate_series(1, 3) r`,
    [organization, members, source],
  );
  await client.query(
    `insert into grant_evidence (organization, grant_id, position, mapping, claim, value, name, via)
     select organization, id, 0, 'mapping-1', 'groups', 'Engineering', 'groups', 'name' from grants
     where organization = $1`,
    [organization],
  );
}

/** The oracle: after the same turn all contenders hold the same roles, ours with its evidence. */
async function assertSame(store: Store, client: Client): Promise<void> {
  for (const { roles, evaluation } of due) {
    const peers = ['each', 'diff'].map((member) => ({ organization: 'org_large', member, source }));
    await deleteAllInsertEach(client, peers[0] as PeerMember, roles);
    await oneStatementDiff(client, peers[1] as PeerMember, roles);
    await reconcile(store, 'org_large', 'ours', evaluation);
    const ours = await store.read.grants.ofMember('org_large', 'ours');
    assert.deepEqual(ours.map(({ role }) => role).toSorted(), roles.toSorted());
    assert.ok(ours.every(({ evidence }) => evidence.length === 1));
    for (const peer of peers) {
      const held = await readOnly(client, peer);
      assert.deepEqual(held.map(({ role }) => role).toSorted(), roles.toSorted());
    }
  }
}

async function statementsOf(said: string[], work: () => Promise<void>): Promise<readonly string[]> {
  said.length = 0;
  await work();
  return said.filter((text) => !/^(begin|commit|rollback)/.test(text));
}
