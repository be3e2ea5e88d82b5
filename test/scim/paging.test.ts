import { beforeAll, describe, expect, it } from 'vitest';
import { fourPeople } from './people.js';
import { ERROR, LIST, must, nameOf, type Json } from './scim-client.js';
import { onEachStore, type ScimDirectory } from './scim-host.js';

onEachStore('RFC 7644, sections 3.4.2.3 and 3.4.2.4, RFC 9865: order and pages', (host) => {
  let directory: ScimDirectory;
  beforeAll(async () => {
    directory = await host().directory();
    await fourPeople(directory.scim);
    for (const name of ['b', 'A', 'C', 'd', 'e']) await directory.scim.group(name);
  });

  const page = async (query: Json, resource = 'Groups') => {
    const body = must(await directory.scim.get(`/${resource}`, query), 200);
    return { ...body, names: ((body['Resources'] ?? []) as Json[]).map(nameOf).join(' ') } as Json;
  };

  describe('3.4.2.3: order', () => {
    it('ascends where sortOrder is not said, and takes letters as alike in any case', async () => {
      expect((await page({ sortBy: 'displayName' }))['names']).toBe('A b C d e');
      expect((await page({ sortBy: 'displayName', sortOrder: 'ascending' }))['names']).toBe('A b C d e');
      expect((await page({ sortBy: 'DISPLAYNAME', sortOrder: 'descending' }))['names']).toBe('e d C b A');
    });

    it('takes sub-attributes and names with a URN', async () => {
      const sortBy = 'urn:ietf:params:scim:schemas:core:2.0:User:name.familyName';
      const { names } = await page(
        { sortBy, sortOrder: 'descending', filter: 'name.familyName pr' },
        'Users',
      );
      expect(names).toBe('carol@acme.test bob@acme.test alice@acme.test');
    });

    it('who has no value is last, and first where the order descends', async () => {
      const up = await page({ sortBy: 'title' }, 'Users');
      const down = await page({ sortBy: 'title', sortOrder: 'descending' }, 'Users');
      expect(up['names']).toMatch(/^alice@acme.test bob@acme.test /);
      expect(down['names']).toMatch(/ bob@acme.test alice@acme.test$/);
    });

    it('a multi-valued attribute counts by its primary or first value', async () => {
      const { names } = await page({ sortBy: 'emails.value', filter: 'emails pr' }, 'Users');
      expect(names).toBe('alice@acme.test bob@acme.test carol@acme.test');
      expect((await page({ sortBy: 'emails', filter: 'emails pr' }, 'Users'))['names']).toBe(names);
    });

    it('nobody is lost or told twice across pages of an order with ties', async () => {
      const seen: string[] = [];
      for (const startIndex of [1, 2, 3, 4]) {
        seen.push((await page({ sortBy: 'active', startIndex, count: 1 }, 'Users'))['names']);
      }
      expect(new Set(seen).size).toBe(4);
    });

    it.each<Record<string, string>>([
      { sortBy: 'nobodyKnows' },
      { sortBy: 'displayName', sortOrder: 'sideways' },
      { sortBy: '__proto__' },
    ])('%o is 400', async (query) => {
      const { status, body } = await directory.scim.get('/Groups', query);
      expect([status, body['schemas']]).toEqual([400, [ERROR]]);
    });
  });

  describe('3.4.2.4: pages by index', () => {
    it('says where it begins, how many it has, and how many there are', async () => {
      const sorted = { sortBy: 'displayName' };
      expect(await page({ ...sorted, startIndex: 1, count: 2 })).toMatchObject({
        schemas: [LIST],
        totalResults: 5,
        startIndex: 1,
        itemsPerPage: 2,
        names: 'A b',
      });
      expect(await page({ ...sorted, startIndex: 5, count: 2 })).toMatchObject({
        totalResults: 5,
        startIndex: 5,
        itemsPerPage: 1,
        names: 'e',
      });
      expect(await page({ ...sorted, startIndex: 6, count: 2 })).toMatchObject({
        totalResults: 5,
        itemsPerPage: 0,
        names: '',
      });
    });

    it('one order throughout, where none is asked for', async () => {
      const all = await page({});
      const pages = [];
      for (const startIndex of [1, 3, 5]) pages.push((await page({ startIndex, count: 2 }))['names']);
      expect(pages.join(' ')).toBe(all['names']);
    });

    it.each([0, -1, -100])('startIndex %i is as 1', async (startIndex) => {
      expect(await page({ sortBy: 'displayName', startIndex, count: 1 })).toMatchObject({
        startIndex: 1,
        names: 'A',
      });
    });

    it.each([0, -1])('count %i tells the total alone', async (count) => {
      const found = await page({ count });
      expect(found).toMatchObject({ totalResults: 5, itemsPerPage: 0, names: '' });
    });

    it('counts what the filter leaves', async () => {
      const found = await page({
        filter: 'displayName ge "c"',
        startIndex: 1,
        count: 2,
        sortBy: 'displayName',
      });
      expect(found).toMatchObject({ totalResults: 3, itemsPerPage: 2, names: 'C d' });
    });

    it.each<Record<string, string>>([
      { startIndex: 'one' },
      { count: 'all' },
      { count: '1.5' },
      { count: '1e999' },
      { startIndex: '1; drop table members' },
    ])('%o is 400', async (query) => {
      const { status, body } = await directory.scim.get('/Groups', query);
      expect([status, body['schemas']]).toEqual([400, [ERROR]]);
    });

    it('an index beyond any is an empty page', async () => {
      expect(await page({ startIndex: 999_999_999 })).toMatchObject({ totalResults: 5, names: '' });
    });
  });

  describe('RFC 9865, section 2: pages by cursor', () => {
    it('begins at an empty cursor, goes on at nextCursor, and ends without one', async () => {
      const names: string[] = [];
      let cursor: string | undefined = '';
      for (let turn = 0; cursor !== undefined && turn < 9; turn++) {
        const found: Json = await page({ cursor, count: 2, sortBy: 'displayName' });
        names.push(found['names']);
        expect(found).not.toHaveProperty('startIndex');
        expect(found['itemsPerPage']).toBe(found['Resources'].length);
        cursor = found['nextCursor'];
      }
      expect(names).toEqual(['A b', 'C d', 'e']);
    });

    it('keeps filter and order', async () => {
      const query = {
        filter: 'displayName ge "b"',
        sortBy: 'displayName',
        sortOrder: 'descending',
        count: 3,
      };
      const first = await page({ ...query, cursor: '' });
      const second = await page({ ...query, cursor: first['nextCursor'] });
      expect([first['names'], second['names'], second['nextCursor']]).toEqual(['e d C', 'b', undefined]);
    });

    it('tells nobody twice and leaves nobody out while others come and go', async () => {
      const { scim } = await host().directory();
      for (const name of ['b', 'd', 'f', 'h']) await scim.group(name);
      const query = { sortBy: 'displayName', count: 2 };
      const first = must(await scim.get('/Groups', { ...query, cursor: '' }), 200);
      await scim.delete(`/Groups/${first['Resources'][0].id}`);
      await scim.group('a');
      const second = must(await scim.get('/Groups', { ...query, cursor: first['nextCursor'] }), 200);
      expect((second['Resources'] as Json[]).map(nameOf)).toEqual(['f', 'h']);
    });

    it.each(['nonsense', 'eyJhIjoxfQ', '%00', 'null', "x'--"])(
      'cursor %s is 400 invalidCursor',
      async (cursor) => {
        const { status, body } = await directory.scim.get('/Groups', { cursor, count: 2 });
        expect([status, body['scimType']]).toEqual([400, 'invalidCursor']);
      },
    );

    it('a cursor of another query is 400 invalidCursor', async () => {
      const { nextCursor } = await page({ cursor: '', count: 2, sortBy: 'displayName' });
      const other = {
        cursor: nextCursor as string,
        count: 2,
        sortBy: 'displayName',
        sortOrder: 'descending',
      };
      expect((await directory.scim.get('/Groups', other)).body['scimType']).toBe('invalidCursor');
    });

    it('a cursor of another directory tells nothing of this one', async () => {
      const other = await host().directory();
      for (const name of ['x', 'y', 'z']) await other.scim.group(name);
      const { nextCursor } = await page({ cursor: '', count: 2, sortBy: 'displayName' });
      const answer = await other.scim.get('/Groups', {
        cursor: nextCursor as string,
        count: 2,
        sortBy: 'displayName',
      });
      const names = ((answer.body['Resources'] ?? []) as Json[]).map(nameOf);
      expect(names.every((name) => 'xyz'.includes(name))).toBe(true);
    });
  });
});
