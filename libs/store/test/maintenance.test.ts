import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  newId,
  newOrganizationId,
  openStore,
  type Store,
  type StoreReader,
  type StoreTransaction,
} from '../src/index.js';
import {
  directory,
  directoryGroup,
  directoryToken,
  directoryUser,
  job,
} from '../src/contract/directory-specimens.js';
import { backUp } from '../src/maintenance/back-up.js';
import { moveStore } from '../src/maintenance/move-store.js';
import { reseal } from '../src/maintenance/reseal.js';
import { TABLES_IN_ORDER } from '../src/maintenance/tables-in-order.js';

const NEW = 'the new secret, of more than thirty-two characters';
const OLD = 'the old secret, of more than thirty-two characters';
const run = promisify(execFile);

let folder: string;
let organization: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'idp-roles-maintenance-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An organization with a connection that has a secret, a member with kept claims and a grant, and a tree whose parents sort last. */
async function fill(store: Store): Promise<string> {
  const at = 1_000;
  organization = newOrganizationId();
  const connection = newId('con', organization);
  const member = newId('mem', organization);
  const key = { organization, source: `sso:${connection}`, issuer: 'i', format: 'sub', subject: 'alice' };
  await store.transaction(async (tx) => {
    await tx.organizations.insert({
      id: organization,
      name: 'Acme',
      roleSource: 'both',
      roleSelection: 'all',
      keepClaims: true,
      createdAt: at,
      updatedAt: at,
    });
    await tx.connections.insert(
      {
        organization,
        id: connection,
        name: 'C',
        protocol: 'oidc',
        state: 'active',
        settings: { a: 1 },
        issuer: 'i',
        defaultSyncMode: 'force',
        denyWithoutRole: false,
        absentClaim: 'revoke',
        jit: true,
        version: 1,
        createdAt: at,
        updatedAt: at,
      },
      { clientSecret: 'hush' },
    );
    await tx.members.insert({
      organization,
      id: member,
      status: 'active',
      email: 'a@acme.test',
      emailLinks: true,
      sessionsValidFrom: 0,
      createdVia: 'api',
      createdAt: at,
      updatedAt: at,
    });
    await tx.members.insertIdentity({ ...key, member, importDone: true, createdAt: at });
    await tx.members.recordSignIn(key, { at, claimsHash: 'h', claims: '{"groups":["A"]}', importDone: true });
    // More than a page of children, whose parent sorts behind them all.
    await tx.resources.put({ organization, type: 'z', id: 'top', createdAt: at });
    for (let child = 0; child < 1_100; child++)
      await tx.resources.put({
        organization,
        type: 'a',
        id: `child-${child}`,
        parent: { type: 'z', id: 'top' },
        createdAt: at,
      });
    await tx.resources.put({
      organization,
      type: 'a',
      id: 'leaf',
      parent: { type: 'z', id: 'top' },
      createdAt: at,
    });
    const evidence = [{ mapping: 'm', claim: 'groups', value: 'A', name: 'groups', via: 'name' as const }];
    const grant = {
      id: newId('gra', organization),
      organization,
      member,
      role: 'r',
      source: `sso:${connection}` as const,
      basis: 'force' as const,
      evidence,
      assignedBy: 'x',
      createdAt: at,
    };
    await tx.grants.apply(organization, { add: [grant], remove: [], evidence: [] });
    await fillDirectory(tx, member);
  });
  return connection;
}

/** A row in each table of directories, and a job. */
async function fillDirectory(tx: StoreTransaction, who: string): Promise<void> {
  const within = directory(organization, { id: 'dir', link: { claim: 'subject', attribute: 'externalId' } });
  const emails = [{ value: 'a@acme.test', type: 'work' }];
  const user = directoryUser(within, 'alice', { id: 'usr', member: who, attributes: { emails } });
  const former = directoryUser(within, 'former', { id: 'usr_former', member: who, externalId: 'F' });
  await tx.directories.insert(within);
  await tx.directories.insertToken(directoryToken(within, { hash: 'h' }));
  await tx.directoryUsers.insert(former);
  await tx.directoryUsers.delete(former, 5);
  await tx.directoryUsers.insert(user);
  await tx.directoryGroups.insert(directoryGroup(within, 'Engineering', { id: 'grp' }));
  await tx.directoryGroups.addMembers(organization, 'dir', 'grp', [{ value: 'usr' }, { value: 'later' }]);
  await tx.jobs.insert(job(organization, { id: 'job', subject: 'dir', cursor: 'usr', state: 'running' }));
}

async function directoryContents(read: StoreReader) {
  const { directories, directoryUsers, directoryGroups, jobs } = read;
  const value = 'A@ACME.test';
  const found = await directoryUsers.query(organization, 'dir', {
    count: 1,
    total: true,
    filter: { op: 'eq', attribute: 'emails.value', value },
  });
  const members = await directoryGroups.members(organization, 'dir', ['grp']);
  return [
    (await directories.token(organization, 'dir', 'h'))?.directory.link?.claim,
    found.data.map(({ userName }) => userName),
    await directoryUsers.count(organization, 'dir'),
    members.get('grp')?.map((each) => each.value),
    (await directoryUsers.tombstones(organization, 'dir', { externalId: 'F' })).map(({ user }) => user),
    (await jobs.get(organization, 'job'))?.cursor,
  ];
}

/** What `fill` put there, as it reads back. */
async function contents(store: Store, connection: string) {
  const [member] = await store.read.members.byEmail(organization, 'A@acme.test');
  const [identity] = await store.read.members.identities(organization, member!.id);
  return {
    secrets: await store.read.connections.secrets(organization, connection),
    claims: await store.read.members.lastClaims(identity!),
    grants: (await store.read.grants.ofMember(organization, member!.id)).map(({ role, evidence }) => ({
      role,
      evidence,
    })),
    path: await store.read.resources.path(organization, { type: 'a', id: 'leaf' }),
    directory: await directoryContents(store.read),
  };
}

const EXPECTED = {
  secrets: { clientSecret: 'hush' },
  claims: '{"groups":["A"]}',
  grants: [
    { role: 'r', evidence: [{ mapping: 'm', claim: 'groups', value: 'A', name: 'groups', via: 'name' }] },
  ],
  path: [
    { type: 'a', id: 'leaf' },
    { type: 'z', id: 'top' },
  ],
  directory: ['subject', ['alice'], 1, ['later', 'usr'], ['usr_former'], 'usr'],
};

describe('reseal', () => {
  it('D5: after it the old secret may go, and before it may not', async () => {
    const before = await openStore({ folder }, { secretKeys: [OLD] });
    const connection = await fill(before);
    await before.close();
    const without = await openStore({ folder }, { secretKeys: [NEW] });
    await expect(contents(without, connection)).rejects.toMatchObject({ code: 'secret-unreadable' });
    await without.close();
    expect(await reseal({ folder }, [NEW, OLD])).toEqual({ connections: 1, identities: 1 });
    expect(await reseal({ folder }, [NEW, OLD])).toEqual({ connections: 0, identities: 0 });
    const after = await openStore({ folder }, { secretKeys: [NEW] });
    expect(await contents(after, connection)).toEqual(EXPECTED);
    await after.close();
  });
});

/** 450 people beside the first, who sort behind it: two whole pages and a part. */
async function fillMany(store: Store): Promise<void> {
  const connection = await fill(store);
  const [member] = await store.read.members.byEmail(organization, 'a@acme.test');
  await store.transaction(async (tx) => {
    for (let person = 0; person < 450; person++) {
      const subject = `person-${String(person).padStart(3, '0')}`;
      const key = { organization, source: `sso:${connection}`, issuer: 'i', format: 'sub', subject };
      await tx.members.insertIdentity({ ...key, member: member!.id, importDone: true, createdAt: 1 });
      await tx.members.recordSignIn(key, { at: 1, claimsHash: 'h', claims: subject, importDone: true });
    }
  });
}
const within = (work: (database: DatabaseSync) => void) => {
  const database = new DatabaseSync(join(folder, 'idp-roles.db'));
  work(database);
  database.close();
};

describe('reseal of many', () => {
  it('D5: what was done before one that cannot be read stays done, and the next run does the rest', async () => {
    const store = await openStore({ folder }, { secretKeys: [OLD] });
    await fillMany(store);
    await store.close();
    let whole: unknown;
    const set = 'update identities set claims = ? where subject = ?';
    within((database) => {
      whole = database.prepare('select claims from identities where subject = ?').get('person-300')?.[
        'claims'
      ];
      database.prepare(set).run('spoilt', 'person-300');
    });
    await expect(reseal({ folder }, [NEW, OLD])).rejects.toMatchObject({ code: 'secret-unreadable' });
    within((database) => database.prepare(set).run(String(whole), 'person-300'));
    expect(await reseal({ folder }, [NEW, OLD])).toEqual({ connections: 0, identities: 251 });
    expect(await reseal({ folder }, [NEW])).toEqual({ connections: 0, identities: 0 });
  });

  it('counts no row that it left as it was', async () => {
    const store = await openStore({ folder }, { secretKeys: [OLD] });
    await fillMany(store);
    await store.close();
    // What a sign-in in between does to the update: it meets no row.
    within((database) => {
      database.exec(`create trigger one before update on identities when old.subject = 'person-007'
        begin select raise(ignore); end`);
      database.exec('create trigger two before update on connections begin select raise(ignore); end');
    });
    expect(await reseal({ folder }, [NEW, OLD])).toEqual({ connections: 0, identities: 450 });
  });
});

describe('back-up', () => {
  it('copies one instant of a store in use, and restores by putting the file in place', async () => {
    const store = await openStore({ folder }, { secretKeys: [OLD] });
    const connection = await fill(store);
    const file = join(folder, 'copy.db');
    let stop = false;
    const writing = (async () => {
      for (let turn = 0; !stop; turn++) {
        // The embedded store never yields by itself.
        await new Promise(setImmediate);
        await store.transaction((tx) =>
          tx.resources.put({ organization, type: 'z', id: `r${turn}`, createdAt: 1 }),
        );
      }
    })();
    await backUp({ folder }, file);
    stop = true;
    await writing;
    await store.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const elsewhere = join(folder, 'restored');
    mkdirSync(elsewhere);
    copyFileSync(file, join(elsewhere, 'idp-roles.db'));
    const restored = await openStore({ folder: elsewhere }, { secretKeys: [OLD] });
    expect(await contents(restored, connection)).toEqual(EXPECTED);
    await restored.close();
  });

  it('never writes over a file', async () => {
    await (await openStore({ folder }, { secretKeys: [OLD] })).close();
    const file = join(folder, 'mine');
    writeFileSync(file, 'precious');
    await expect(backUp({ folder }, file)).rejects.toMatchObject({ code: 'store-misused' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('leaves no file behind where the copy fails', async () => {
    writeFileSync(
      join(folder, 'idp-roles.db'),
      'not a database, though long enough to be read as one'.repeat(99),
    );
    const file = join(folder, 'copy.db');
    await expect(backUp({ folder }, file)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(existsSync(file)).toBe(false);
  });

  it('says that the folder to back up into is missing', async () => {
    await (await openStore({ folder }, { secretKeys: [OLD] })).close();
    const elsewhere = join(folder, 'nowhere');
    await expect(backUp({ folder }, join(elsewhere, 'copy.db'))).rejects.toMatchObject({
      code: 'store-misused',
      message: expect.stringContaining(`there is no folder \`${elsewhere}\``),
    });
  });
});

describe('a folder without a database', () => {
  const [backingUp, moving, resealing] = [
    (from: string) => backUp({ folder: from }, join(folder, 'copy.db')),
    (from: string) => moveStore({ folder: from }, { folder: join(folder, 'target') }),
    (from: string) => reseal({ folder: from }, [NEW]),
  ];
  it.each([
    ['back-up', backingUp],
    ['move', moving],
    ['reseal', resealing],
  ])('is refused as the source of %s, and nothing is made', async (_, work) => {
    for (const from of [folder, join(folder, 'mistyped')])
      await expect(work(from)).rejects.toMatchObject({
        code: 'store-misused',
        message: `there is no database in \`${from}\``,
      });
    expect(readdirSync(folder)).toEqual([]);
  });
});

it('what moves is every table but those that a home keeps for itself, with its primary key', async () => {
  await (await openStore({ folder }, { secretKeys: [OLD] })).close();
  within((database) => {
    const tables = database
      .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`)
      .all()
      .map(({ name }) => String(name));
    const own = new Set(['migrations', 'organization_versions']);
    expect(TABLES_IN_ORDER.map(([table]) => table).toSorted()).toEqual(
      tables.filter((table) => !own.has(table)).toSorted(),
    );
    for (const [table, key] of TABLES_IN_ORDER) {
      const columns = database
        .prepare('select name from pragma_table_info(?) where pk > 0 order by pk')
        .all(table);
      expect([table, ...columns.map(({ name }) => name)]).toEqual([table, ...key]);
    }
  });
});

const database = process.env['TEST_DATABASE_URL'];
const DIRECTORY_TABLES = [
  'directories',
  'directory_tokens',
  'directory_users',
  'directory_user_emails',
  'directory_groups',
  'directory_tombstones',
  'jobs',
];
describe.skipIf(!database)('move', () => {
  const schema = `moved_${process.pid}`;
  const to = { url: database ?? '', schema };
  afterEach(async () => {
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    await client.query(`drop schema if exists ${schema} cascade`);
    await client.end();
  });

  it('carries everything from the embedded store to PostgreSQL, into an empty one only', async () => {
    const store = await openStore({ folder }, { secretKeys: [OLD] });
    const connection = await fill(store);
    await store.close();
    expect(await moveStore({ folder }, to)).toMatchObject({
      organizations: 1,
      ...Object.fromEntries(DIRECTORY_TABLES.map((table) => [table, 1])),
      directory_counts: 2,
      directory_group_members: 2,
      grants: 1,
      grant_evidence: 1,
      resources: 1_102,
    });
    const moved = await openStore(to, { secretKeys: [OLD] });
    expect(await contents(moved, connection)).toEqual(EXPECTED);
    await moved.close();
    await expect(moveStore({ folder }, to)).rejects.toMatchObject({ code: 'store-misused' });
  });

  it('D5: what was moved is sealed anew there, page by page', async () => {
    const store = await openStore({ folder }, { secretKeys: [OLD] });
    await fillMany(store);
    await store.close();
    await moveStore({ folder }, to);
    expect(await reseal(to, [NEW, OLD])).toEqual({ connections: 1, identities: 451 });
    expect(await reseal(to, [NEW])).toEqual({ connections: 0, identities: 0 });
  });

  it('is one command', async () => {
    const store = await openStore({ folder }, { secretKeys: [OLD] });
    await fill(store);
    await store.close();
    const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
    const { stdout } = await run(process.execPath, [cli, 'move', folder, database!, '--schema', schema]);
    expect(stdout).toContain('organizations   1');
  });
});

it('the command says how it is used', async () => {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
  await expect(run(process.execPath, [cli])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('back-up FOLDER FILE'),
  });
});
