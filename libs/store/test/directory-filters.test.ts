import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newOrganizationId, openStore, type Store } from '../src/index.js';
import type { DirectoryFilter, UserAttribute } from '../src/ports/directory-query.js';
import type { DirectoryUser } from '../src/ports/directory-users.js';
import { directory, directoryUser } from '../src/contract/directory-specimens.js';
import { member, organization } from '../src/contract/specimens.js';
import { secretKeys } from './folder.js';
import { aSchema, databaseUrl } from './postgres-database.js';

type Filter = DirectoryFilter<UserAttribute>;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Few, alike and awkward, so that filters meet them. */
const LETTERS = ['a', 'A', 'b', '%', '_', "'", '"', '\\', 'ä', 'Ä', 'a\u0308', '=', '~', '😀', ' '];
const word = fc.array(fc.constantFrom(...LETTERS), { maxLength: 3 }).map((letters) => letters.join(''));
const maybe = fc.option(word, { nil: undefined });

interface Person {
  readonly user: DirectoryUser;
  readonly groups: readonly string[];
}

const emailsOf = fc.array(fc.record({ value: maybe, type: maybe }), { maxLength: 3 });
const drawn = fc.record({
  name: word,
  externalId: maybe,
  active: fc.boolean(),
  title: maybe,
  displayName: maybe,
  department: maybe,
  given: maybe,
  emails: emailsOf,
  createdAt: fc.integer({ min: 1, max: 5 }),
  updatedAt: fc.integer({ min: 1, max: 5 }),
  groups: fc.subarray(['grp_a', 'grp_b']),
});

function person(
  within: ReturnType<typeof directory>,
  one: typeof drawn extends fc.Arbitrary<infer T> ? T : never,
  n: number,
): Person {
  const { name, externalId, active, createdAt, updatedAt, groups } = one;
  const attributes = {
    title: one.title,
    displayName: one.displayName,
    name: { givenName: one.given },
    emails: one.emails,
    [ENTERPRISE]: { department: one.department },
  };
  const user = directoryUser(within, `${name}${n}`, {
    active,
    createdAt,
    updatedAt,
    attributes,
    ...(externalId !== undefined && { externalId }),
  });
  return { user: JSON.parse(JSON.stringify(user)) as DirectoryUser, groups };
}

const comparison = fc.constantFrom('eq' as const, 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const TEXTS = ['userName', 'externalId', 'displayName', 'title', 'name.givenName', 'department'] as const;
const EMAIL = ['emails.value', 'emails.type'] as const;
const leaf = (attributes: readonly UserAttribute[]): fc.Arbitrary<Filter> =>
  fc.oneof(
    fc.record({ op: comparison, attribute: fc.constantFrom(...attributes), value: word }),
    fc.record({ op: fc.constant('pr' as const), attribute: fc.constantFrom(...attributes) }),
  );
const other: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    op: fc.constantFrom('eq' as const, 'ne'),
    attribute: fc.constant('active' as const),
    value: fc.boolean(),
  }),
  fc.record({
    op: fc.constantFrom('eq' as const, 'ne', 'gt', 'ge', 'lt', 'le'),
    attribute: fc.constantFrom('meta.created' as const, 'meta.lastModified'),
    value: fc.integer({ min: 0, max: 6 }),
  }),
  fc.record({
    op: fc.constantFrom('eq' as const, 'sw'),
    attribute: fc.constant('groups.value' as const),
    value: fc.constantFrom('grp_a', 'grp_b', 'grp_', 'x'),
  }),
);
const combined = (base: fc.Arbitrary<Filter>, depth: number): fc.Arbitrary<Filter> =>
  depth === 0
    ? base
    : fc.oneof(
        { weight: 3, arbitrary: base },
        fc.record({ op: fc.constant('not' as const), filter: combined(base, depth - 1) }),
        fc.record({
          op: fc.constantFrom('and' as const, 'or'),
          filters: fc.array(combined(base, depth - 1), { maxLength: 3 }),
        }),
      );
const some = combined(leaf(EMAIL), 1).map((filter): Filter => ({ op: 'some', of: 'emails', filter }));
const filters = combined(fc.oneof(leaf(TEXTS), leaf(EMAIL), other, some), 3);

/** What the SQL must agree with, written without it. */
function holds({ user, groups }: Person, filter: Filter, email?: Email): boolean {
  switch (filter.op) {
    case 'and':
      return filter.filters.every((each) => holds({ user, groups }, each, email));
    case 'or':
      return filter.filters.some((each) => holds({ user, groups }, each, email));
    case 'not':
      return !holds({ user, groups }, filter.filter, email);
    case 'some':
      return emails(user).some((one) => holds({ user, groups }, filter.filter, one));
    default: {
      const values = valuesOf(user, groups, filter.attribute, email);
      return values.some((value) =>
        filter.op === 'pr' ? value !== undefined && value !== '' : compared(filter, value),
      );
    }
  }
}

type Email = { readonly value?: string; readonly type?: string };
const emails = (user: DirectoryUser) => user.attributes['emails'] as readonly Email[];

function valuesOf(
  user: DirectoryUser,
  groups: readonly string[],
  attribute: UserAttribute,
  email?: Email,
): readonly (string | number | boolean | undefined)[] {
  const { attributes } = user;
  const below = (name: string, sub: string) => (attributes[name] as Record<string, string>)[sub];
  switch (attribute) {
    case 'emails.value':
      return (email ? [email] : emails(user)).map(({ value }) => value);
    case 'emails.type':
      return (email ? [email] : emails(user)).map(({ type }) => type);
    case 'groups.value':
      return groups;
    case 'meta.created':
      return [user.createdAt];
    case 'meta.lastModified':
      return [user.updatedAt];
    case 'name.givenName':
      return [below('name', 'givenName')];
    case 'department':
      return [below(ENTERPRISE, 'department')];
    default:
      return [attributes[attribute] as string | undefined];
  }
}

function compared(
  { op, attribute, value: asked }: Extract<Filter, { readonly value: unknown }>,
  value: string | number | boolean | undefined,
): boolean {
  const fold = (text: unknown) =>
    attribute === 'externalId' || typeof text !== 'string'
      ? text
      : text.normalize('NFC').toLowerCase().normalize('NFC');
  const [one, two] = [fold(value), fold(asked)];
  if (op === 'ne') return one !== two;
  if (one === undefined) return false;
  const order =
    typeof one === 'number'
      ? one - Number(two)
      : Buffer.compare(Buffer.from(String(one)), Buffer.from(String(two)));
  const points = [...String(one)];
  const wanted = String(two);
  switch (op) {
    case 'eq':
      return one === two;
    case 'co':
      return String(one).includes(wanted);
    case 'sw':
      return String(one).startsWith(wanted);
    case 'ew':
      return points.slice(Math.max(0, points.length - [...wanted].length)).join('') === wanted;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

const homes = [
  [
    'SQLite',
    true,
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'idp-roles-'));
      return { location: { folder }, drop: () => rm(folder, { recursive: true }) };
    },
  ],
  ['PostgreSQL', databaseUrl !== undefined, () => aSchema()],
] as const;

describe.each(homes)('filters (RFC 7644, section 3.4.2.2) on %s', (_, available, place) => {
  let store: Store;
  let drop: () => Promise<void>;
  let people: readonly Person[];
  const owner = newOrganizationId();
  const within = directory(owner);
  beforeAll(async () => {
    if (!available) return;
    const made = await place();
    drop = made.drop;
    store = await openStore(made.location, { secretKeys });
    people = fc.sample(drawn, { numRuns: 200, seed: 7 }).map((one, n) => person(within, one, n));
    await store.transaction(async (tx) => {
      await tx.organizations.insert(organization({ id: owner }));
      await tx.directories.insert(within);
      const at = { createdAt: 1, updatedAt: 1, version: 1, organization: owner, directory: within.id };
      for (const id of ['grp_a', 'grp_b']) await tx.directoryGroups.insert({ ...at, id, displayName: id });
      for (const { user, groups } of people) {
        await tx.members.insert(member(owner, { id: user.member }));
        await tx.directoryUsers.insert(user);
        for (const id of groups)
          await tx.directoryGroups.addMembers(owner, within.id, id, [{ value: user.id }]);
      }
    });
  });
  afterAll(async () => {
    await store?.close();
    await drop?.();
  });

  it.runIf(available)('200 users: the rows found are those that a filter in JavaScript leaves', async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const page = await store.read.directoryUsers.query(owner, within.id, {
          count: 1_000,
          total: true,
          filter,
        });
        const expected = people.filter((one) => holds(one, filter)).map(({ user }) => user.id);
        met += Number(expected.length > 0 && expected.length < 200);
        expect(page.data.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
        expect(page.total).toBe(expected.length);
      }),
      { numRuns: 300 },
    );
    expect(met).toBeGreaterThan(60);
  });

  it.runIf(available)('nor does any word make them differ, however it is made', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), comparison, async (value, op) => {
        const text = value.replaceAll('\0', '');
        const filter: Filter = { op, attribute: 'title', value: text };
        const page = await store.read.directoryUsers.query(owner, within.id, {
          count: 999,
          total: false,
          filter,
        });
        const expected = people.filter((one) => holds(one, filter)).map(({ user }) => user.id);
        expect(page.data.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 150 },
    );
  });
});
