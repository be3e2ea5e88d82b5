import { describe, expect, it } from 'vitest';
import type { Directory } from '../ports/directories.js';
import type { DirectoryFilter, DirectoryQuery, UserAttribute } from '../ports/directory-query.js';
import { aDirectory, aGroup, aUser } from './directory-specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

type Filter = DirectoryFilter<UserAttribute>;
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export function directoryQueryContract(on: Subject): void {
  const names = async (within: Directory, query: Partial<DirectoryQuery<UserAttribute>> = {}) => {
    const page = await on.store.read.directoryUsers.query(within.organization, within.id, {
      count: 100,
      total: true,
      ...query,
    });
    expect(page.total).toBe(page.data.length);
    return page.data.map(({ userName }) => userName).toSorted();
  };
  const text = (op: 'eq' | 'co' | 'sw' | 'ew', attribute: UserAttribute, value: string): Filter => ({
    op,
    attribute,
    value,
  });

  describe('directory queries', () => {
    it('take %, _, quotes, backslashes and any other text for themselves', async () => {
      const within = await aDirectory(on);
      const all = ['a%c', 'a_c', 'abc', "a'c", 'a"c', 'a\\c', 'a\\%c', 'a=c', '~', 'ä😀c', '*', '?', '[a]'];
      for (const [i, title] of all.entries()) await aUser(on, within, `u${i}`, { attributes: { title } });
      await aUser(on, within, 'without');
      for (const [i, title] of all.entries()) {
        expect(await names(within, { filter: text('eq', 'title', title) })).toEqual([`u${i}`]);
        const points = [...title];
        const middle = points.slice(1, -1).join('');
        const [start, end] = [points.slice(0, 2).join(''), points.slice(-2).join('')];
        const having = (test: (other: string) => boolean) =>
          all.flatMap((other, at) => (test(other) ? [`u${at}`] : [])).toSorted();
        expect(await names(within, { filter: text('co', 'title', middle) })).toEqual(
          having((other) => other.includes(middle)),
        );
        expect(await names(within, { filter: text('sw', 'title', start) })).toEqual(
          having((other) => other.startsWith(start)),
        );
        expect(await names(within, { filter: text('ew', 'title', end) })).toEqual(
          having((other) => other.endsWith(end)),
        );
      }
      for (const value of ['\0', 'a\0c', '=abc', 'abc\ud800'])
        expect(await names(within, { filter: text('eq', 'title', value) })).toEqual([]);
    });

    it('fold what RFC 7643 calls case-insensitive, and nothing else', async () => {
      const within = await aDirectory(on);
      const person = await aUser(on, within, 'Ünï', {
        externalId: 'Key',
        attributes: {
          displayName: 'Straße',
          name: { givenName: 'Ÿ', familyName: 'McX' },
          title: 'Boss',
          emails: [{ value: 'A@Acme.test', type: 'Work' }],
          [ENTERPRISE]: { department: 'R&D', employeeNumber: 'E7' },
        },
      });
      const folded: readonly (readonly [UserAttribute, string])[] = [
        ['userName', 'üNÏ'],
        ['userName', 'u\u0308ni\u0308'],
        ['displayName', 'STRAßE'],
        ['name.givenName', 'ÿ'],
        ['name.familyName', 'mcx'],
        ['title', 'BOSS'],
        ['department', 'r&d'],
        ['employeeNumber', 'e7'],
        ['emails.value', 'a@ACME.test'],
        ['emails.type', 'WORK'],
        ['externalId', 'Key'],
        ['id', person.id],
      ];
      for (const [attribute, value] of folded)
        expect(await names(within, { filter: text('eq', attribute, value) })).toEqual(['Ünï']);
      expect(await names(within, { filter: text('eq', 'externalId', 'key') })).toEqual([]);
      expect(await names(within, { filter: text('co', 'externalId', 'k') })).toEqual([]);
      expect(await names(within, { filter: text('co', 'externalId', 'K') })).toEqual(['Ünï']);
      expect(await names(within, { filter: text('eq', 'id', person.id.toUpperCase()) })).toEqual([]);
    });

    it('ask one e-mail for all of it, or any of them for each', async () => {
      const within = await aDirectory(on);
      const emails = [
        { value: 'a@acme.test', type: 'work' },
        { value: 'a@home.test', type: 'home' },
      ];
      await aUser(on, within, 'alice', { attributes: { emails } });
      await aUser(on, within, 'none');
      const both = (value: string): Filter => ({
        op: 'and',
        filters: [text('eq', 'emails.type', 'work'), text('ew', 'emails.value', value)],
      });
      const some = (filter: Filter): Filter => ({ op: 'some', of: 'emails', filter });
      expect(await names(within, { filter: some(both('@acme.test')) })).toEqual(['alice']);
      expect(await names(within, { filter: some(both('@home.test')) })).toEqual([]);
      expect(await names(within, { filter: both('@home.test') })).toEqual(['alice']);
      expect(await names(within, { filter: { op: 'not', filter: some(both('@home.test')) } })).toEqual([
        'alice',
        'none',
      ]);
      expect(await names(within, { filter: { op: 'pr', attribute: 'emails.value' } })).toEqual(['alice']);
      const eq = text('eq', 'emails.value', 'A@home.test');
      expect(await names(within, { filter: some(eq) })).toEqual(['alice']);
      expect(await names(within, { filter: { op: 'not', filter: eq } })).toEqual(['none']);
    });

    it('follow groups to users and users to groups', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const [one, two] = [await aGroup(on, within, 'One'), await aGroup(on, within, 'Two')];
      const alice = await aUser(on, within, 'alice');
      await aUser(on, within, 'bob');
      await on.write((tx) =>
        tx.directoryGroups.addMembers(organization, id, one.id, [{ value: alice.id }, { value: 'later' }]),
      );
      expect(await names(within, { filter: text('eq', 'groups.value', one.id) })).toEqual(['alice']);
      expect(await names(within, { filter: text('eq', 'groups.value', two.id) })).toEqual([]);
      const groups = async (value: string) => {
        const filter = { op: 'eq', attribute: 'members.value', value } as const;
        const query = { count: 9, total: true, filter };
        const page = await on.store.read.directoryGroups.query(organization, id, query);
        return page.data.map(({ displayName }) => displayName);
      };
      expect(await groups(alice.id)).toEqual(['One']);
      expect(await groups('later')).toEqual(['One']);
      expect(await groups('bob')).toEqual([]);
    });

    it('order by any attribute, absent ones last, and page both ways to the same list', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      for (const [i, title] of ['b', 'B', undefined, 'a', 'é', undefined, 'z'].entries())
        await aUser(on, within, `u${i}`, {
          active: i % 2 === 0,
          createdAt: START - i,
          updatedAt: START + (i % 3),
          attributes: {
            ...(title && { title, displayName: title, name: { familyName: title, givenName: title } }),
            emails: title ? [{ value: 'z' }, { value: title, primary: true }] : [],
            [ENTERPRISE]: title ? { department: title, employeeNumber: title } : {},
          },
        });
      const sorts = [
        undefined,
        ...(['id', 'externalId', 'userName', 'active', 'displayName', 'name.familyName'] as const),
        ...(['name.givenName', 'title', 'department', 'employeeNumber', 'emails.value'] as const),
        ...(['meta.created', 'meta.lastModified'] as const),
      ];
      for (const sortBy of sorts)
        for (const descending of [false, true]) {
          const query = { total: true, descending, ...(sortBy && { sortBy }) };
          const ask = (more: Partial<DirectoryQuery<UserAttribute>>) =>
            on.store.read.directoryUsers.query(organization, id, { count: 3, ...query, ...more });
          const whole = (await ask({ count: 50 })).data.map((user) => user.userName);
          expect(whole.length).toBe(7);
          const byCursor: string[] = [];
          for (let page = await ask({}); ; page = await ask({ cursor: page.next })) {
            byCursor.push(...page.data.map((user) => user.userName));
            expect(page.total).toBe(7);
            if (page.next === undefined) break;
          }
          expect(byCursor).toEqual(whole);
          const byIndex: string[] = [];
          for (let startIndex = 1; startIndex <= 7; startIndex += 3)
            byIndex.push(...(await ask({ startIndex })).data.map((user) => user.userName));
          expect(byIndex).toEqual(whole);
          if (!descending && sortBy === 'title') expect(whole.slice(0, 1)).toEqual(['u3']);
          const absent = descending ? whole.slice(0, 2) : whole.slice(5);
          if (sortBy === 'title' || sortBy === 'emails.value')
            expect(absent.toSorted()).toEqual(['u2', 'u5']);
        }
      const beyond = { count: 3, total: true, startIndex: 99 };
      expect(await on.store.read.directoryUsers.query(organization, id, beyond)).toEqual({
        data: [],
        total: 7,
      });
      const none = { count: 0, total: true };
      expect(await on.store.read.directoryUsers.query(organization, id, none)).toEqual({
        data: [],
        total: 7,
      });
    });

    it('end a page early where its users are large, by cursor and by index, and leave nobody out', async () => {
      const within = await aDirectory(on);
      const all = Array.from({ length: 24 }, (_, at) => `u${String(at).padStart(2, '0')}`);
      for (const [at, name] of all.entries()) {
        const large = at % 3 === 0 ? {} : { note: '€'.repeat(100_000) };
        await aUser(on, within, name, { attributes: large });
      }
      for (const sortBy of ['userName', 'displayName'] as const) {
        for (const by of ['cursor', 'index'] as const) {
          const seen: string[] = [];
          let cursor: string | undefined;
          let pages = 0;
          do {
            const page = await on.store.read.directoryUsers.query(within.organization, within.id, {
              count: 1_000,
              total: true,
              sortBy,
              ...(by === 'cursor' ? cursor !== undefined && { cursor } : { startIndex: seen.length + 1 }),
            });
            expect(page.total).toBe(24);
            expect(page.data.length).toBeGreaterThan(0);
            const bytes = page.data.map(({ attributes }) => Buffer.byteLength(JSON.stringify(attributes)));
            expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(2.5 * 1024 * 1024);
            seen.push(...page.data.map(({ userName }) => userName));
            cursor = page.next;
            pages++;
          } while (cursor !== undefined);
          expect(pages).toBeGreaterThan(1);
          expect(seen.toSorted()).toEqual(all);
        }
      }
    });

    it('answer what changed since in the order it changed', async () => {
      const within = await aDirectory(on);
      for (let i = 0; i < 4; i++) await aUser(on, within, `u${i}`, { updatedAt: START + 9 - i });
      const filter: Filter = { op: 'gt', attribute: 'meta.lastModified', value: START + 6 };
      const query = { count: 9, total: true, filter };
      const page = await on.store.read.directoryUsers.query(within.organization, within.id, query);
      expect(page.data.map(({ userName }) => userName)).toEqual(['u2', 'u1', 'u0']);
      expect(page.total).toBe(3);
    });

    it('refuse a cursor that is not of this query (RFC 9865)', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      for (let i = 0; i < 3; i++) await aUser(on, within, `u${i}`);
      const ask = (query: Partial<DirectoryQuery<UserAttribute>>) =>
        on.store.read.directoryUsers.query(organization, id, { count: 1, total: false, ...query });
      const { next } = await ask({});
      expect((await ask({ cursor: next })).data.length).toBe(1);
      const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const [digest] = JSON.parse(Buffer.from(next!, 'base64url').toString()) as string[];
      const cursors = ['', '!', 'e30', forged([digest, 'x', 'y']), forged([digest, 1.5, 'y'])];
      for (const cursor of [...cursors, forged([digest, 1]), forged([digest, 1, 'a\0b']), forged(null)])
        await expectRefusal(ask({ cursor }), 'cursor-invalid');
      const filter: Filter = { op: 'pr', attribute: 'userName' };
      for (const other of [{ filter }, { sortBy: 'userName' as const }, { descending: true }])
        await expectRefusal(ask({ ...other, cursor: next }), 'cursor-invalid');
    });

    it('reach SQL by a list of what may be asked, and by nothing else', async () => {
      const within = await aDirectory(on);
      const wrong = [
        { op: 'eq', attribute: 'id = id or 1', value: 'x' },
        { op: 'eq', attribute: '__proto__', value: 'x' },
        { op: 'eq', attribute: 'constructor', value: 'x' },
        { op: 'eq', attribute: 'userName', value: 7 },
        { op: 'gt', attribute: 'active', value: true },
        { op: 'co', attribute: 'meta.created', value: 5 },
        { op: 'eq', attribute: 'meta.created', value: 'now' },
        { op: 'eq', attribute: 'members.value', value: 'x' },
        { op: 'some', of: 'emails', filter: { op: 'eq', attribute: 'userName', value: 'x' } },
        { op: 'some', of: 'emails', filter: { op: 'eq', attribute: 'groups.value', value: 'x' } },
        { op: 'some', of: 'groups', filter: { op: 'eq', attribute: 'groups.value', value: 'x' } },
      ] as unknown as Filter[];
      for (const filter of wrong) await expectRefusal(names(within, { filter }), 'store-misused');
      for (const sortBy of ['emails.type', 'groups.value', '__proto__', 'attributes'] as UserAttribute[])
        await expectRefusal(names(within, { sortBy }), 'store-misused');
    });

    it('P9: a page with its total is two statements, of one that ends the list one', async () => {
      const within = await aDirectory(on);
      for (let i = 0; i < 3; i++) await aUser(on, within, `u${i}`);
      const ask = (count: number, filter?: Filter) => () =>
        on.store.read.directoryUsers.query(within.organization, within.id, {
          count,
          total: true,
          ...(filter && { filter }),
        });
      expect(await on.statementsOf(ask(2))).toBe(2);
      expect(await on.statementsOf(ask(3))).toBe(1);
      expect(await on.statementsOf(ask(2, text('eq', 'userName', 'U1')))).toBe(1);
      expect(await on.statementsOf(ask(0))).toBe(1);
    });
  });
}
