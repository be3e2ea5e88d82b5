import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore, type Store } from '@idp-roles/store';
import { Client } from 'pg';

const secretKeys = ['a key for the bench, of which nobody makes a secret'];

/** One home with a store over it. */
export interface Tables {
  readonly name: string;
  readonly store: Store;
  /** Rows by the thousand, not through the store: only reading is measured. `numbers` is a table of one column `n`. */
  run(statements: readonly ((numbers: (to: number) => string) => string)[]): Promise<void>;
  /** What an application would ask itself; absent where there is no server. */
  readonly client?: Client;
  close(): Promise<void>;
}

export async function homes(): Promise<readonly Tables[]> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) console.log('P3 is left out on PostgreSQL (set TEST_DATABASE_URL)');
  return [await embedded(), ...(server === undefined ? [] : [await postgres(server)])];
}

async function embedded(): Promise<Tables> {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-p3-'));
  const store = await openStore({ folder }, { secretKeys });
  return {
    name: 'SQLite',
    store,
    async run(statements) {
      const file = new DatabaseSync(join(folder, 'idp-roles.db'));
      file.exec('pragma synchronous = off; pragma foreign_keys = off; begin');
      for (const statement of statements)
        file.exec(
          statement(
            (to) =>
              `(with recursive c (n) as (select 1 union all select n + 1 from c where n < ${to}) select n from c)`,
          ),
        );
      file.exec('commit');
      file.close();
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function postgres(server: string): Promise<Tables> {
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const store = await openStore({ url: server, schema }, { secretKeys });
  const client = new Client(server);
  await client.connect();
  await client.query(`set search_path = ${schema}`);
  return {
    name: 'PostgreSQL',
    store,
    client,
    async run(statements) {
      await client.query('set session_replication_role = replica');
      for (const statement of statements)
        await client.query(statement((to) => `(select n from generate_series(1, ${to}) n) numbered`));
      await client.query('set session_replication_role = default');
      await client.query('analyze');
    },
    async close() {
      await store.close();
      await client.query(`drop schema ${schema} cascade`);
      await client.end();
    },
  };
}

const projectsEach = 20;
/** Of each member but the first. */
const grantsEach = 10;

/** An organization of so many projects in workspaces; `mem_1` holds a role on `held` projects, the others share `others` grants. */
export function organization(
  name: string,
  { projects, held, others }: { readonly projects: number; readonly held: number; readonly others: number },
): readonly ((numbers: (to: number) => string) => string)[] {
  const workspaces = Math.ceil(projects / projectsEach);
  const holders = Math.max(1, Math.ceil(others / grantsEach));
  const grant =
    'insert into grants (organization, id, member, role, resource_type, resource_id, source, basis, assigned_by, created_at)';
  return [
    () => `insert into organizations (id, name, role_source, role_selection, keep_claims, rules_version, created_at, updated_at)
      values ('${name}', '${name}', 'sso', 'all', 0, 0, 0, 0)`,
    (
      to,
    ) => `insert into members (organization, id, status, email_links, sessions_valid_from, created_via, created_at, updated_at)
      select '${name}', 'mem_' || n, 'active', 0, 0, 'api', 0, 0 from ${to(1 + holders)}`,
    (to) => `insert into resources (organization, type, id, created_at)
      select '${name}', 'workspace', 'wsp_' || (n - 1), 0 from ${to(workspaces)}`,
    (to) => `insert into resources (organization, type, id, parent_type, parent_id, created_at)
      select '${name}', 'project', 'prj_' || n, 'workspace', 'wsp_' || ((n - 1) / ${projectsEach}), 0 from ${to(projects)}`,
    (to) => `${grant}
      select '${name}', 'gra_1_' || n, 'mem_1', 'project-editor', 'project', 'prj_' || (1 + (n * 97) % ${projects}), 'api', 'api', 'host', 0
      from ${to(held)}`,
    (to) => `${grant}
      select '${name}', 'gra_' || n, 'mem_' || (2 + n % ${holders}), 'project-editor', 'project', 'prj_' || (1 + (n * 13 + n / ${holders}) % ${projects}), 'api', 'api', 'host', 0
      from ${to(others)}`,
  ];
}
