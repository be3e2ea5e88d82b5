import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { EmbeddedHome } from '../src/sql/embedded/embedded-home.js';
import { initial } from '../src/sql/migrations/initial.js';
import { migrate } from '../src/sql/migrations/migrate.js';
import type { Migration } from '../src/sql/migrations/migration.js';
import { openStore } from '../src/sql/open-store.js';
import { aFolder, secretKeys } from './folder.js';

const tables = (folder: string) => {
  const database = new DatabaseSync(join(folder, 'idp-roles.db'), { readOnly: true });
  const rows = database.prepare(`select name from sqlite_schema where type = 'table' order by name`).all();
  database.close();
  return rows.map((row) => row['name']);
};
const second: Migration = {
  id: 2,
  name: 'second',
  statements: (types) => [`create table second (id ${types.text} primary key) ${types.suffix}`],
};
const broken: Migration = {
  id: 3,
  name: 'broken',
  statements: () => ['create table third (id text)', 'no sql'],
};

describe('migrations (D1)', () => {
  it('run by default, once', async () => {
    const folder = await aFolder();
    await (await openStore({ folder }, { secretKeys })).close();
    const before = tables(folder);
    expect(before).toContain('grants');
    await (await openStore({ folder }, { secretKeys })).close();
    await (await openStore({ folder }, { secretKeys, migrations: 'check' })).close();
    expect(tables(folder)).toEqual(before);
  });

  it('check refuses an empty database and writes nothing', async () => {
    const folder = await aFolder();
    await expect(openStore({ folder }, { secretKeys, migrations: 'check' })).rejects.toMatchObject({
      code: 'migration-needed',
      message: expect.stringContaining('`initial`'),
    });
    expect(tables(folder)).toEqual([]);
  });

  it('off asks nothing', async () => {
    const folder = await aFolder();
    const home = await EmbeddedHome.open(folder, () => undefined);
    await migrate(home, 'off');
    await home.close();
    expect(tables(folder)).toEqual([]);
  });

  it.each(['run', 'check'] as const)('%s refuses a database of a newer version', async (migrations) => {
    const folder = await aFolder();
    const home = await EmbeddedHome.open(folder, () => undefined);
    await migrate(home, 'run', [initial, second]);
    await home.close();
    await expect(openStore({ folder }, { secretKeys, migrations })).rejects.toMatchObject({
      code: 'migration-newer',
    });
    await (await openStore({ folder }, { secretKeys, migrations: 'off' })).close();
  });

  it('one that fails leaves what was there before all of them', async () => {
    const folder = await aFolder();
    const home = await EmbeddedHome.open(folder, () => undefined);
    await migrate(home, 'run', [initial]);
    const before = tables(folder);
    await expect(migrate(home, 'run', [initial, second, broken])).rejects.toThrow('syntax error');
    expect(tables(folder)).toEqual(before);
    await migrate(home, 'run', [initial, second]);
    expect(tables(folder)).toEqual([...before, 'second'].toSorted());
    await home.close();
  });
});
