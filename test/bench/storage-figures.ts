/**
 * The figures that docs/storage.md computes with, measured on the server that TEST_DATABASE_URL names:
 * `npx -c "node test/bench/storage-figures.ts"`. Rows are those of real sign-ins; commits are synced to disk.
 */
import { randomUUID } from 'node:crypto';
import { claimsOf } from '@idp-roles/mapping';
import { openStore, type Store } from '@idp-roles/store';
import {
  createConnection,
  createMapping,
  createOrganization,
  RulesCache,
  signIn,
  type ModelRole,
  type UseCaseContext,
} from '@idp-roles/use-cases';
import { Client } from 'pg';

const members = 10_000;
const groupsEach = 20;
const mapped = 3;
const actor = { kind: 'service-key', id: 'bench' } as const;
const hour = 3_600_000;

const url = process.env['TEST_DATABASE_URL'];
if (url === undefined) throw new Error('set TEST_DATABASE_URL');
const schema = `figures_${randomUUID().replaceAll('-', '')}`;
const client = new Client(url);
await client.connect();
let statements = 0;
const store = await openStore(
  { url, schema, poolSize: 32 },
  {
    secretKeys: ['a key for the bench, of which nobody makes a secret'],
    onStatement: () => void (statements += 1),
  },
);
try {
  await client.query(`set search_path = ${schema}`);
  const tenant = await aTenant(store);
  const first = await rate(tenant, 0, members, 16);
  console.log(`${members} members signed in for the first time: ${first.toFixed(0)} a second`);
  await client.query('vacuum analyze');
  await sizes();
  statements = 0;
  await rate(tenant, 0, 100, 1);
  console.log(`a sign-in that changes nothing: ${statements / 100} statements`);
  for (const atOnce of [1, 4, 16]) {
    const again = await rate(tenant, 0, 2_000, atOnce);
    console.log(`signed in again, ${atOnce} at once: ${again.toFixed(0)} a second`);
  }
  const changed = await rate(tenant, 0, 2_000, 16, 1);
  console.log(`signed in again with another group, 16 at once: ${changed.toFixed(0)} a second`);
} finally {
  await store.close();
  await client.query(`drop schema ${schema} cascade`);
  await client.end();
}

interface Tenant {
  readonly context: UseCaseContext;
  readonly connection: string;
}

/** An organization with a connection of a thousand mappings onto ten roles. */
async function aTenant(over: Store): Promise<Tenant> {
  const roles = Array.from({ length: 10 }, (_, number): ModelRole => {
    const slug = `org-role-${number}`;
    return {
      id: slug,
      slug,
      name: slug,
      on: 'organization',
      permissions: [],
      idpGrantable: true,
      keepLastHolder: false,
    };
  });
  const context: UseCaseContext = {
    store: over,
    clock: Date.now,
    model: { roles, resources: new Map(), permissions: new Set() },
    rules: new RulesCache(),
    allowResourceMappings: false,
  };
  const { id: organization } = await createOrganization(context, {
    name: 'Acme',
    domains: ['acme.test'],
    actor,
  });
  const { connection } = await createConnection(context, {
    organization,
    actor,
    name: 'Acme Okta',
    protocol: 'oidc',
    settings: {},
    issuer: 'https://acme.okta.test',
    sharedIssuer: false,
  });
  for (let number = 0; number < 1_000; number++)
    await createMapping(context, {
      organization,
      actor,
      input: {
        source: { connection: connection.id },
        claim: 'groups',
        value: groupName(number),
        role: `org-role-${number % 10}`,
      },
    });
  return { context, connection: connection.id };
}

function groupName(number: number): string {
  return `ACME-Group-${number.toString(36).padStart(5, '0')}-members`;
}

/** Sign-ins a second, so many at once, each of another person. */
async function rate(tenant: Tenant, from: number, count: number, atOnce: number, shift = 0): Promise<number> {
  let next = from;
  const began = performance.now();
  const sign = async () => {
    for (let person = next++; person < from + count; person = next++) await signInAs(tenant, person, shift);
  };
  await Promise.all(Array.from({ length: atOnce }, sign));
  return (count * 1_000) / (performance.now() - began);
}

async function signInAs({ context, connection }: Tenant, person: number, shift: number): Promise<void> {
  const groups = Array.from({ length: groupsEach }, (_, number) =>
    groupName(number < mapped ? (person + number + shift) % 1_000 : 10_000 + person * groupsEach + number),
  );
  const subject = `00u${person.toString().padStart(17, '0')}`;
  const outcome = await signIn(context, {
    connection,
    issuer: 'https://acme.okta.test',
    format: 'sub',
    subject,
    claims: claimsOf({ sub: subject, email: `person.${person}@acme.test`, name: `Person ${person}`, groups }),
    email: `person.${person}@acme.test`,
    name: `Person ${person}`,
    replayKey: { id: randomUUID(), expiresAt: Date.now() + hour },
    session: { id: randomUUID(), expiresAt: Date.now() + 8 * hour },
  });
  if (outcome.outcome !== 'signed-in') throw new Error(outcome.code);
}

async function sizes(): Promise<void> {
  const { rows } = await client.query<{ name: string; bytes: string; count: string }>(
    `select relname as name, pg_total_relation_size(oid) as bytes,
       (xpath('/row/c/text()', query_to_xml('select count(*) as c from ' || oid::regclass, false, true, '')))[1]::text as count
     from pg_class where relnamespace = $1::regnamespace and relkind = 'r' order by 2 desc`,
    [schema],
  );
  for (const { name, bytes, count } of rows.filter((row) => Number(row.count) >= 1_000))
    console.log(
      `${name}: ${count} rows, ${Math.round(Number(bytes) / Number(count))} bytes each with their indexes`,
    );
  const total = rows.reduce((sum, { bytes }) => sum + Number(bytes), 0);
  console.log(`all: ${(total / members).toFixed(0)} bytes a member`);
}
