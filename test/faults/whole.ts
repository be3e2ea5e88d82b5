import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore, type Store } from '@idp-roles/store';
import { signIn } from '@idp-roles/use-cases';
import { claimsOf } from '@idp-roles/mapping';
import { Client } from 'pg';
import { expect } from 'vitest';
import type { Ledger } from './ledger.js';
import type { Person } from './person.js';
import { contextOver, ISSUER, secretKeys, type Location, type Setting } from './setting.js';

type Row = Readonly<Record<string, unknown>>;
type Ask = (statement: string) => Promise<readonly Row[]>;

/** Each finds rows that only a change done by half leaves behind. */
const HALVES: Readonly<Record<string, string>> = {
  'a grant without the event that says it came': `select g.id from grants g where not exists
    (select 1 from audit_events e where e.organization = g.organization and e.subject_id = g.id and e.action = 'grant.added')`,
  'a grant whose event says it went': `select g.id from grants g where exists
    (select 1 from audit_events e where e.organization = g.organization and e.subject_id = g.id and e.action = 'grant.removed')`,
  'an event of a grant that neither is nor went': `select a.subject_id from audit_events a where a.action = 'grant.added'
    and not exists (select 1 from grants g where g.organization = a.organization and g.id = a.subject_id)
    and not exists (select 1 from audit_events r where r.organization = a.organization and r.subject_id = a.subject_id and r.action = 'grant.removed')`,
  'a grant of a mapping without evidence': `select g.id from grants g where g.basis = 'force' and not exists
    (select 1 from grant_evidence e where e.organization = g.organization and e.grant_id = g.id)`,
  'evidence without a grant': `select e.grant_id from grant_evidence e where not exists
    (select 1 from grants g where g.organization = e.organization and g.id = e.grant_id)`,
  'a grant supported by a mapping that is switched off': `select e.grant_id from grant_evidence e
    join role_mappings m on m.organization = e.organization and m.id = e.mapping where m.body like '%"enabled":false%'`,
  'a member who cannot be recognised': `select m.id from members m where not exists
    (select 1 from identities i where i.organization = m.organization and i.member = m.id)`,
  'a member without the event that says they came': `select m.id from members m where not exists
    (select 1 from audit_events e where e.organization = m.organization and e.member = m.id and e.action = 'member.created')`,
  // Of a hundred sessions of one member the oldest end (L3); below that, each sign-in left one of either.
  'a sign-in whose session and used assertion do not come together': `select u.sessions, u.replays from
    (select (select count(*) from sessions) as sessions, (select count(*) from replays) as replays,
      (select max(n) from (select count(*) as n from sessions group by member) as of_member) as most) as u
    where u.sessions > u.replays or (u.sessions < u.replays and coalesce(u.most, 0) < 100)`,
  'a sign-in without a trace of it': `select m.id from members m where not exists
    (select 1 from sign_in_traces t where t.organization = m.organization and t.outcome = 'signed-in')`,
};

const LAST_EDITS = `select m.id, m.body, (select e."after" from audit_events e where e.organization = m.organization
  and e.subject_id = m.id and e.action = 'role-mapping.updated' order by e.at desc, e.id desc limit 1) as last
  from role_mappings m where exists (select 1 from audit_events e where e.organization = m.organization
  and e.subject_id = m.id and e.action = 'role-mapping.updated')`;

/** That nothing acknowledged is lost, nothing is half done, and no used assertion opens the door again. */
export async function expectWhole(setting: Setting, ledger: Ledger): Promise<void> {
  expect(ledger.defects).toEqual([]);
  await asking(setting.location, async (ask) => {
    for (const [what, statement] of Object.entries(HALVES)) expect(await ask(statement), what).toEqual([]);
    for (const { id, body, last } of await ask(LAST_EDITS)) {
      const said = JSON.parse(String(last)) as { enabled?: boolean };
      const stored = JSON.parse(String(body)) as { enabled?: boolean };
      expect(stored.enabled ?? true, `\`${String(id)}\` is as its last event says`).toBe(
        said.enabled ?? true,
      );
    }
  });
  const store = await openStore(setting.location, { secretKeys });
  try {
    for (const writer of setting.mappings.keys()) await expectKept(store, setting, ledger, writer);
  } finally {
    await store.close();
  }
}

async function expectKept(store: Store, setting: Setting, ledger: Ledger, writer: number): Promise<void> {
  const person = await found(store, setting, writer);
  expect(ledger.possible(writer)).toContainEqual(person);
  ledger.settle(writer, person);
  const { session } = ledger.entries[writer]!;
  if (session === undefined) return;
  expect(await store.read.sessions.get(setting.organization, session)).toBeDefined();
  const again = await signIn(contextOver(store), {
    connection: setting.connection,
    issuer: ISSUER,
    format: 'sub',
    subject: `p${writer}`,
    claims: claimsOf({ groups: [`G${writer}`] }),
    replayKey: { id: session, expiresAt: Date.now() + 60_000 },
  });
  expect(again).toMatchObject({ outcome: 'refused', code: 'replayed' });
}

async function found(
  store: Store,
  { organization, connection, mappings }: Setting,
  writer: number,
): Promise<Person> {
  const stored = await store.read.mappings.get(organization, mappings[writer]!);
  const enabled = stored?.mapping.enabled !== false;
  const source = `sso:${connection}`;
  const key = { organization, source, issuer: ISSUER, format: 'sub', subject: `p${writer}` };
  const member = (await store.read.members.identity(key))?.member;
  if (member === undefined) return { exists: false, holds: [], enabled };
  const grants = await store.read.grants.ofMember(organization, member);
  return { exists: true, holds: grants.map(({ role, basis }) => `${role} ${basis}`).toSorted(), enabled };
}

async function asking(location: Location, work: (ask: Ask) => Promise<void>): Promise<void> {
  if ('folder' in location) {
    const database = new DatabaseSync(join(location.folder, 'idp-roles.db'));
    try {
      expect({ ...database.prepare('pragma integrity_check').get() }).toEqual({ integrity_check: 'ok' });
      expect(database.prepare('pragma foreign_key_check').all()).toEqual([]);
      await work(async (statement) => database.prepare(statement).all());
    } finally {
      database.close();
    }
    return;
  }
  const client = new Client(location.url);
  await client.connect();
  try {
    await client.query(`set search_path = "${location.schema ?? 'idp_roles'}"`);
    await work(async (statement) => (await client.query<Row>(statement)).rows);
  } finally {
    await client.end();
  }
}
