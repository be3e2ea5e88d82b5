import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { EmbeddedHome } from '../src/sql/embedded/embedded-home.js';
import { SqliteFile } from '../src/sql/embedded/sqlite-connection.js';
import { SqliteDriver } from '../src/sql/embedded/sqlite-driver.js';
import { openStore } from '../src/sql/open-store.js';
import { aFolder, secretKeys } from './folder.js';
import { connectionWithSecret } from './secret-in-file.js';

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the embedded database', () => {
  it('is made for its owner alone', async () => {
    const folder = join(await aFolder(), 'deep', 'data');
    const store = await openStore({ folder }, { secretKeys });
    expect(await mode(folder)).toBe('700');
    for (const file of ['idp-roles.db', 'idp-roles.db-wal', 'idp-roles.db-shm'])
      expect(await mode(join(folder, file)), file).toBe('600');
    await store.close();
  });

  it('leaves the mode of a folder that was there', async () => {
    const folder = join(await aFolder(), 'host');
    await mkdir(folder);
    await chmod(folder, 0o755);
    await (await openStore({ folder }, { secretKeys })).close();
    expect(await mode(folder)).toBe('755');
  });

  it('D6: a folder that cannot be used is store-unavailable, with its cause', async () => {
    const file = join(await aFolder(), 'file');
    await writeFile(file, '');
    await expect(openStore({ folder: file }, { secretKeys })).rejects.toMatchObject({
      code: 'store-unavailable',
      cause: expect.anything(),
    });
  });

  it('D6: a file that is no database is store-unavailable', async () => {
    const folder = await aFolder();
    await writeFile(join(folder, 'idp-roles.db'), 'not a database at all'.repeat(500));
    await expect(openStore({ folder }, { secretKeys })).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('refuses to open without a secret key', async () => {
    const folder = await aFolder();
    await expect(openStore({ folder }, { secretKeys: [] })).rejects.toMatchObject({
      code: 'secret-key-missing',
    });
  });

  it('D5: the file holds no secret and no claim in the clear', async () => {
    const folder = await aFolder();
    const store = await openStore({ folder }, { secretKeys });
    await connectionWithSecret(store, 'plainly-visible');
    await store.close();
    const bytes = await readFile(join(folder, 'idp-roles.db'), 'latin1');
    expect(bytes).toContain('Acme Okta');
    expect(bytes).not.toContain('plainly-visible');
  });

  it('D5: a secret moved to another field or row of the file does not open', async () => {
    const folder = await aFolder();
    const store = await openStore({ folder }, { secretKeys });
    const [one, two] = [
      await connectionWithSecret(store, 'first'),
      await connectionWithSecret(store, 'second'),
    ];
    const file = new DatabaseSync(join(folder, 'idp-roles.db'));
    const sealed = file.prepare('select secrets from connections where id = ?').get(one.id)?.['secrets'];
    const write = file.prepare('update connections set secrets = ? where id = ?');
    write.run(String(sealed).replace('clientSecret', 'privateKey'), one.id);
    write.run(String(sealed), two.id);
    file.close();
    for (const { organization, id } of [one, two])
      await expect(store.read.connections.secrets(organization, id)).rejects.toMatchObject({
        code: 'secret-unreadable',
      });
    await store.close();
  });

  it('holds one file once closed: the log is folded in', async () => {
    const folder = await aFolder();
    await (await openStore({ folder }, { secretKeys })).close();
    await expect(stat(join(folder, 'idp-roles.db-wal'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('S12: commits are on disk, and references hold', async () => {
    const home = await EmbeddedHome.open(await aFolder(), () => undefined);
    const pragma = (name: string) => Object.values(home.writer.prepare(`pragma ${name}`).get() ?? {})[0];
    const full = 2;
    expect(['journal_mode', 'synchronous', 'foreign_keys'].map(pragma)).toEqual(['wal', full, 1]);
    await home.close();
  });

  it('a connection given back runs nothing more', async () => {
    const driver = new SqliteDriver(new SqliteFile(new DatabaseSync(':memory:'), () => undefined));
    const connection = await driver.acquireConnection();
    await connection.executeQuery(CompiledQuery.raw('select 1'));
    await driver.releaseConnection(connection);
    await expect(connection.executeQuery(CompiledQuery.raw('select 1'))).rejects.toMatchObject({
      code: 'store-misused',
    });
    await driver.destroy();
  });

  it('waits off the event loop for a writer elsewhere', async () => {
    const folder = await aFolder();
    const store = await openStore({ folder }, { secretKeys });
    const other = new DatabaseSync(join(folder, 'idp-roles.db'));
    other.exec('begin immediate');
    let turns = 0;
    const ticking = setInterval(() => turns++, 5);
    setTimeout(() => other.exec('commit'), 100);
    await store.transaction((tx) => tx.organizations.get('org_x'));
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(5);
    other.close();
    await store.close();
  });

  it('reads do not wait for an open transaction', async () => {
    const store = await openStore({ folder: await aFolder() }, { secretKeys });
    let ended = false;
    const writing = store
      .transaction(() => new Promise<void>((done) => setTimeout(done, 100)))
      .then(() => (ended = true));
    await store.read.organizations.list({ limit: 1 });
    expect(ended).toBe(false);
    await writing;
    await store.close();
  });
});
