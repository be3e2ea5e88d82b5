import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { CompiledQuery, sql } from 'kysely';
import { Client, types } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newOrganizationId } from '../src/ids.js';
import type { Store, StoreTransaction } from '../src/ports/store.js';
import { member, organization } from '../src/contract/specimens.js';
import { openStore } from '../src/sql/open-store.js';
import { PostgresDriver } from '../src/sql/postgres/postgres-driver.js';
import { PostgresHome } from '../src/sql/postgres/postgres-home.js';
import { openPool } from '../src/sql/postgres/postgres-pool.js';
import { StatementNames } from '../src/sql/postgres/statement-names.js';
import { secretKeys } from './folder.js';
import { aSchema, databaseUrl } from './postgres-database.js';

const LONGEST_MS = 5_000;

async function expectUnavailable(promise: Promise<unknown>): Promise<void> {
  const began = performance.now();
  await expect(promise).rejects.toMatchObject({ code: 'store-unavailable', cause: expect.any(Error) });
  expect(performance.now() - began).toBeLessThan(LONGEST_MS);
}

/** Stands between a store and its server, or instead of one; holds back what either says once it is silent. */
async function aProxy(target?: { readonly path: string } | { readonly host: string; readonly port: number }) {
  const sockets = new Set<Socket>();
  const state = { silent: target === undefined };
  const server = createServer((near) => {
    const far = target && connect(target);
    for (const socket of far ? [near, far] : [near]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.on('data', (chunk) => state.silent || far?.write(chunk));
    far?.on('data', (chunk) => state.silent || near.write(chunk));
    near.on('close', () => far?.destroy());
    far?.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { state, port: (server.address() as AddressInfo).port };
}

const nobody = (port: number) => `postgres://test@127.0.0.1:${port}/postgres`;

async function opened(poolSize = 4, through?: number) {
  const { location, schema, drop } = await aSchema();
  const url = new URL(through === undefined ? location.url : nobody(through));
  // By which the connections of this store are told from those of other tests.
  url.searchParams.set('application_name', schema);
  const store = await openStore({ url: url.href, schema, poolSize }, { secretKeys });
  const client = new Client(location.url);
  await client.connect();
  onTestFinished(async () => {
    await store.close();
    await client.end();
    await drop();
  });
  const id = newOrganizationId();
  const who = member(id);
  await store.transaction(async (tx) => {
    await tx.organizations.insert(organization({ id }));
    await tx.members.insert(who);
  });
  return { store, client, schema, id, who };
}
const nameOf = async (store: Store, who: { organization: string; id: string }) =>
  (await store.read.members.get(who.organization, who.id))?.name;
const endSessions = (client: Client, schema: string) =>
  client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
    schema,
  ]);
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('a database that is not there (D6)', () => {
  it.each([
    ['nobody listens', nobody(1)],
    ['no such host', 'postgres://test@no-such-host.invalid/postgres'],
    ['no address at all', 'postgres://['],
  ])('stops the start: %s', async (_, url) => {
    await expectUnavailable(openStore({ url }, { secretKeys }));
  });

  it('stops the start: somebody listens and never answers', async () => {
    const { port } = await aProxy();
    await expectUnavailable(openStore({ url: nobody(port) }, { secretKeys }));
  });

  it.each(['public"; drop', 'pg_own', 'Upper', '', 'x'.repeat(64)])(
    'refuses the schema `%s`',
    async (schema) => {
      await expect(openStore({ url: nobody(1), schema }, { secretKeys })).rejects.toMatchObject({
        code: 'store-misused',
      });
    },
  );
});

describe.runIf(databaseUrl)('a database that goes away (D6)', () => {
  it('a connection that is ended between two statements: nothing is written, the next one works', async () => {
    const { store, client, schema, who } = await opened();
    const failed = store.transaction(async (tx) => {
      await tx.members.update({ ...who, name: 'half' });
      await endSessions(client, schema);
      await aMoment();
      await tx.members.update({ ...who, name: 'whole' });
    });
    await expectUnavailable(failed);
    expect(await nameOf(store, who)).toBeUndefined();
    await store.transaction((tx) => tx.members.update({ ...who, name: 'after' }));
    expect(await nameOf(store, who)).toBe('after');
  });

  it('a commit that gets no answer is no success', async () => {
    const { store, client, schema, who } = await opened();
    const failed = store.transaction(async (tx) => {
      await tx.members.update({ ...who, name: 'half' });
      await endSessions(client, schema);
      await aMoment();
    });
    await expectUnavailable(failed);
    expect(await nameOf(store, who)).toBeUndefined();
  });

  it('connections that nobody uses when they end: the next one works', async () => {
    const { store, client, schema, who } = await opened();
    await Promise.all([1, 2, 3].map(() => store.read.members.get(who.organization, who.id)));
    await endSessions(client, schema);
    await aMoment();
    expect(await store.read.members.get(who.organization, who.id)).toEqual(who);
  });

  it('a lock that somebody keeps: within 5 s, and the connection goes on', async () => {
    const { store, client, schema, who } = await opened(1);
    await client.query('begin');
    await client.query(`select 1 from ${schema}.members where id = $1 for update`, [who.id]);
    const waiting = store.transaction((tx) => tx.members.lock(who.organization, who.id));
    await expectUnavailable(waiting);
    // The server gave up, not we: nothing of ours waits there any longer.
    await expect(waiting).rejects.toMatchObject({ cause: { code: '57014' } });
    await client.query('rollback');
    expect(await store.transaction((tx) => tx.members.lock(who.organization, who.id))).toEqual(who);
  });

  it('no connection left: within 5 s', async () => {
    const { store, who } = await opened(1);
    let letEnd!: () => void;
    const held = new Promise<void>((resolve) => (letEnd = resolve));
    const holding = store.transaction(async (tx) => {
      await tx.members.get(who.organization, who.id);
      await held;
    });
    await expectUnavailable(store.ping());
    letEnd();
    await holding;
    await store.ping();
  });

  it('a network that falls silent: within 5 s, and all is well once it speaks again', async () => {
    const url = new URL(databaseUrl ?? '');
    const folder = url.searchParams.get('host');
    const proxy = await aProxy(
      folder ? { path: `${folder}/.s.PGSQL.5432` } : { host: url.hostname, port: Number(url.port || 5432) },
    );
    const { store, who } = await opened(2, proxy.port);
    proxy.state.silent = true;
    await Promise.all([
      expectUnavailable(store.read.members.get(who.organization, who.id)),
      expectUnavailable(store.transaction((tx) => tx.members.update({ ...who, name: 'unheard' }))),
    ]);
    proxy.state.silent = false;
    const halfway = store.transaction(async (tx) => {
      await tx.members.update({ ...who, name: 'half' });
      proxy.state.silent = true;
      await tx.members.update({ ...who, name: 'whole' });
    });
    await expectUnavailable(halfway);
    proxy.state.silent = false;
    await store.transaction((tx) => tx.members.update({ ...who, name: 'heard' }));
    expect(await nameOf(store, who)).toBe('heard');
  });

  it('a failure that the work swallows commits nothing', async () => {
    const { store, client, schema, who } = await opened();
    await client.query(`alter table ${schema}.members add constraint never check (name <> 'never')`);
    const swallowing = store.transaction(async (tx) => {
      await tx.members.update({ ...who, name: 'half' });
      await tx.members.update({ ...who, name: 'never' }).catch(() => undefined);
    });
    await expect(swallowing).rejects.toMatchObject({ code: 'store-misused', cause: { code: '23514' } });
    expect(await nameOf(store, who)).toBeUndefined();
  });

  it('a failure of what nobody waits for is told to the next, or to the commit, and commits nothing', async () => {
    const { store, client, schema, who } = await opened();
    await client.query(`alter table ${schema}.audit_events add constraint never check (action <> 'never')`);
    const event = { id: 'aud_1', at: 0, action: 'never', actor: { kind: 'host' as const } };
    const recording = (then: (tx: StoreTransaction) => Promise<unknown>) =>
      store.transaction(async (tx) => {
        await tx.members.update({ ...who, name: 'half' });
        await tx.history.append([{ organization: who.organization, ...event }]);
        await then(tx);
      });
    const refused = { code: '23514' };
    await expect(recording(() => Promise.resolve())).rejects.toMatchObject(refused);
    await expect(recording(() => setImmediate())).rejects.toMatchObject(refused);
    const late = recording(async (tx) => {
      await pause(20);
      await tx.members.update({ ...who, name: 'whole' });
    });
    await expect(late).rejects.toMatchObject(refused);
    // Sent before the failure was known.
    const behind = recording((tx) => tx.members.update({ ...who, name: 'whole' }));
    await expect(behind).rejects.toMatchObject(refused);
    expect(await nameOf(store, who)).toBeUndefined();
  });

  it('leaves the parsers of a host that uses the same driver alone, and has its own', async () => {
    const { store, client, who } = await opened();
    expect(types.getTypeParser(20)('7')).toBe('7');
    expect((await client.query('select 7::bigint as n')).rows).toEqual([{ n: '7' }]);
    expect((await store.read.members.get(who.organization, who.id))?.createdAt).toBe(who.createdAt);
  });

  it('a connection runs nothing after its transaction, or once it is given back', async () => {
    const { location, drop } = await aSchema();
    const pool = await openPool(location.url, location.schema, 1);
    const driver = new PostgresDriver({
      pool,
      names: new StatementNames(),
      onStatement: () => undefined,
    });
    const late = { code: 'store-misused' };
    const select = CompiledQuery.raw('select 1');
    const connection = await driver.acquireConnection();
    await driver.beginTransaction(connection, {});
    const committing = driver.commitTransaction(connection);
    await expect(connection.executeQuery(select)).rejects.toMatchObject(late);
    await committing;
    await driver.releaseConnection(connection);
    const another = await driver.acquireConnection();
    await another.executeQuery(select);
    await driver.releaseConnection(another);
    await expect(another.executeQuery(select)).rejects.toMatchObject(late);
    await pool.end();
    await expect(driver.acquireConnection()).rejects.toMatchObject({ code: 'store-closed' });
    await drop();
  });

  it('a migration by a newer instance changes what prepared statements answer: reads and transactions go on', async () => {
    const { store, client, schema, who } = await opened(3);
    const read = () => store.read.members.get(who.organization, who.id);
    const rename = (to: string) =>
      store.transaction(async (tx) => {
        const now = await tx.members.lock(who.organization, who.id);
        if (now) await tx.members.update({ ...now, name: to });
      });
    for (let i = 0; i < 12; i++) await Promise.all([read(), read(), rename(`before ${i}`)]);
    await client.query(`alter table ${schema}.members add column later text`);
    await rename('after');
    await client.query(`alter table ${schema}.members add column latest text`);
    expect(await Promise.all([read(), read(), read()])).toMatchObject(
      [1, 2, 3].map(() => ({ name: 'after' })),
    );
  });

  it('S12: a process that froze in a transaction loses its locks', async () => {
    const { location, drop } = await aSchema();
    const home = await PostgresHome.open(location, () => undefined);
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(home.reading);
    await home.close();
    await drop();
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '5s' }]);
  });

  it('D1: every text column compares by bytes', async () => {
    const { client, schema } = await opened();
    const { rows } = await client.query(
      `select table_name, column_name from information_schema.columns
       where table_schema = $1 and data_type = 'text' and collation_name is distinct from 'C'`,
      [schema],
    );
    expect(rows).toEqual([]);
  });

  it('D1: a schema made beforehand is used by one who may not make any', async () => {
    const { client, schema } = await opened();
    const name = `${schema}_own`;
    await client.query(`create role ${name} login; create schema ${name} authorization ${name}`);
    onTestFinished(async () => {
      const cleaner = new Client(databaseUrl);
      await cleaner.connect();
      await cleaner.query(`drop schema ${name} cascade; drop role ${name}`);
      await cleaner.end();
    });
    const url = (databaseUrl ?? '').replace(/\/\/[^@/]*@/, `//${name}@`);
    await (await openStore({ url, schema: name }, { secretKeys })).close();
    await expect(openStore({ url, schema: `${name}_x` }, { secretKeys })).rejects.toMatchObject({
      code: '42501',
    });
  });
});
