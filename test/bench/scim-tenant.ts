import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore, type Store } from '@idp-roles/store';
import {
  createDirectory,
  createMapping,
  createOrganization,
  provisionUser,
  RulesCache,
  type UseCaseContext,
} from '@idp-roles/use-cases';
import { Client } from 'pg';

const actor = { kind: 'service-key', id: 'bench' } as const;
const secretKeys = ['a key for the bench, of which nobody makes a secret'];

/** Where rows live, and the way past the store to them, for filling. */
export interface ScimHome {
  readonly name: string;
  readonly store: Store;
  /** Runs statements that mean the same in both languages. */
  readonly fill: (...statements: readonly string[]) => Promise<void>;
  readonly select: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly close: () => Promise<void>;
}

/** The embedded store, and PostgreSQL where TEST_DATABASE_URL names one. Both sync every commit to disk. */
export async function scimHomes(): Promise<readonly ScimHome[]> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined)
    console.log('SCIM on PostgreSQL is left out, for want of it (set TEST_DATABASE_URL)');
  return [await onSqlite(), ...(url === undefined ? [] : [await onPostgres(url)])];
}

async function onSqlite(): Promise<ScimHome> {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-bench-'));
  const store = await openStore({ folder }, { secretKeys });
  const file = join(folder, 'idp-roles.db');
  const once = <T>(work: (database: DatabaseSync) => T): Promise<T> => {
    const database = new DatabaseSync(file);
    try {
      return Promise.resolve(work(database));
    } finally {
      database.close();
    }
  };
  return {
    name: 'SQLite',
    store,
    fill: (...statements) =>
      once((database) => {
        database.exec('begin immediate');
        for (const statement of statements) database.exec(statement);
        database.exec('commit');
      }),
    select: (statement) => once((database) => database.prepare(statement).all() as never),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function onPostgres(url: string): Promise<ScimHome> {
  const schema = `bench_${randomUUID().replaceAll('-', '')}`;
  const store = await openStore({ url, schema }, { secretKeys });
  const client = new Client(url);
  await client.connect();
  await client.query(`set search_path = ${schema}`);
  return {
    name: 'PostgreSQL',
    store,
    fill: async (...statements) => {
      await client.query(['begin', ...statements, 'commit'].join(';'));
      await client.query('vacuum analyze members, directory_users, directory_user_emails');
    },
    select: async (statement) => (await client.query(statement)).rows as never,
    close: async () => {
      await store.close();
      await client.query(`drop schema ${schema} cascade`);
      await client.end();
    },
  };
}

export interface ScimTenant {
  readonly home: ScimHome;
  readonly context: UseCaseContext;
  readonly organization: string;
  readonly directory: string;
}

/** An organization whose active directory maps groups of these names to `org-member`. */
export async function aScimTenant(home: ScimHome, mapped: readonly string[]): Promise<ScimTenant> {
  const role = { id: 'org-member', slug: 'org-member', name: 'org-member', on: 'organization' };
  const context: UseCaseContext = {
    store: home.store,
    clock: Date.now,
    model: {
      roles: [{ ...role, permissions: [], idpGrantable: true, keepLastHolder: false }],
      resources: new Map(),
      permissions: new Set(),
    },
    rules: new RulesCache(),
    allowResourceMappings: false,
  };
  const domains = [`${randomUUID()}.test`];
  const { id: organization } = await createOrganization(context, { name: 'Acme', domains, actor });
  const { id: directory } = await createDirectory(context, { organization, actor, name: 'Acme Entra' });
  for (const value of mapped) {
    const input = { source: { directory }, claim: 'groups', value, role: 'org-member' };
    await createMapping(context, { organization, actor, input });
  }
  return { home, context, organization, directory };
}

/** What an IdP sends of a person; the same for every contender. */
export function aUser(number: number): { readonly userName: string } & Readonly<Record<string, unknown>> {
  return userNamed(nameOf(number));
}

export function userIdOf({ organization }: ScimTenant, number: number): string {
  return `usr_${organization.slice(4)}_${padded(number)}`;
}

/** One user made as any is, and copies of their rows: what the store would hold had each been provisioned. */
export async function fillUsers(tenant: ScimTenant, count: number): Promise<void> {
  const { context, home, organization, directory } = tenant;
  const pattern = 'template0000000000000000';
  const { user } = await provisionUser(context, { organization, directory, attributes: userNamed(pattern) });
  const postgres = home.name === 'PostgreSQL';
  const number = postgres ? `lpad(i::text, 16, '0')` : `printf('%016d', i)`;
  const id = (kind: string) => `'${kind}_${organization.slice(4)}_' || ${number}`;
  const numbers = postgres
    ? `generate_series(0, ${count - 1}) as numbers (i)`
    : `(with recursive numbers (i) as (select 0 union all select i + 1 from numbers where i < ${count - 1}) select i from numbers) as numbers`;
  const copies = async (table: string, where: string, ids: Readonly<Record<string, string>>) => {
    const [row] = await home.select(`select * from ${table} where ${where}`);
    assert(row);
    const columns = Object.keys(row);
    const values = columns.map((column) => {
      if (ids[column] !== undefined) return ids[column];
      return typeof row[column] === 'string' && row[column].includes(pattern)
        ? `replace(${column}, '${pattern}', 'person' || ${number})`
        : column;
    });
    return `insert into ${table} (${columns.join()}) select ${values.join()} from ${table}, ${numbers} where ${where}`;
  };
  const users = `organization = '${organization}' and id = '${user.id}'`;
  await home.fill(
    await copies('members', `organization = '${organization}' and id = '${user.member}'`, { id: id('mem') }),
    await copies('directory_users', users, {
      id: id('usr'),
      member: id('mem'),
      created_at: 'created_at + i',
    }),
    await copies('directory_user_emails', `organization = '${organization}' and user_id = '${user.id}'`, {
      user_id: id('usr'),
    }),
    // The template itself goes.
    `delete from directory_users where ${users}`,
    `delete from directory_user_emails where organization = '${organization}' and user_id = '${user.id}'`,
    `delete from members where organization = '${organization}' and id = '${user.member}'`,
    `update directory_counts set count = count + ${count - 1} where organization = '${organization}' and kind = 'directory_users'`,
  );
}

function nameOf(number: number): string {
  return `person${padded(number)}`;
}

function padded(number: number): string {
  return number.toString().padStart(16, '0');
}

function userNamed(name: string) {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${name}@acme.test`,
    externalId: `00u-${name}`,
    name: { givenName: 'Given', familyName: name },
    displayName: `Given ${name}`,
    emails: [{ value: `${name}@acme.test`, type: 'work', primary: true }],
    title: 'Engineer',
    active: true,
  };
}
