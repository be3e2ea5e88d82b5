import { sql, type Kysely } from 'kysely';
import { StoreError } from '../../ports/store.js';
import type { Home } from '../home.js';
import type { Tables } from '../tables.js';
import { initial } from './initial.js';
import type { Migration } from './migration.js';

export type MigrationMode = 'run' | 'check' | 'off';

const MIGRATIONS: readonly Migration[] = [initial];

/**
 * `run` brings the schema up to date, `check` only says whether it is, `off` asks nothing.
 * Any number of processes may run it at once on one database: one of them does the work, in one transaction.
 * Throws `StoreError` `migration-needed`, `migration-newer`.
 */
export async function migrate(
  home: Home,
  mode: MigrationMode,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  if (mode === 'off') return;
  await home.migrating(async (trx) => {
    await home.lock(trx, '', 'migrations');
    const missing = missingAfter(await applied(trx, home, mode), migrations);
    if (missing.length > 0 && mode === 'check') throw needed(missing);
    for (const migration of missing) await apply(trx, home, migration);
    if (missing.length > 0) await home.migrated(trx);
  });
}

async function applied(trx: Kysely<Tables>, home: Home, mode: MigrationMode): Promise<readonly number[]> {
  const { text, integer, suffix } = home.types;
  if (mode === 'check' && !(await home.hasTable(trx, 'migrations'))) return [];
  if (mode === 'run') await home.makeSchema(trx);
  await sql
    .raw(
      `create table if not exists migrations
        (id ${integer} not null primary key, name ${text} not null, applied_at ${integer} not null) ${suffix}`,
    )
    .execute(trx);
  const { rows } = await sql<{ id: number }>`select id from migrations`.execute(trx);
  return rows.map((row) => row.id);
}

function missingAfter(ids: readonly number[], migrations: readonly Migration[]): readonly Migration[] {
  const newest = Math.max(0, ...migrations.map((migration) => migration.id));
  if (ids.some((id) => id > newest))
    throw new StoreError(
      'migration-newer',
      'the database was migrated by a newer version of this library; upgrade the library',
    );
  return migrations.filter((migration) => !ids.includes(migration.id));
}

async function apply(trx: Kysely<Tables>, home: Home, migration: Migration): Promise<void> {
  for (const statement of migration.statements(home.types)) await sql.raw(statement).execute(trx);
  await sql`insert into migrations (id, name, applied_at) values (${migration.id}, ${migration.name}, ${Date.now()})`.execute(
    trx,
  );
}

function needed(missing: readonly Migration[]): StoreError {
  const names = missing.map((migration) => `\`${migration.name}\``).join(', ');
  return new StoreError(
    'migration-needed',
    `the database lacks migrations ${names}; start once with migrations: 'run'`,
  );
}
