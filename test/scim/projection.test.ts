import { beforeAll, describe, expect, it } from 'vitest';
import { fourPeople } from './people.js';
import { ENTERPRISE, ERROR, GROUP, LIST, must, nameOf, SEARCH, USER, type Json } from './scim-client.js';
import { onEachStore, type ScimDirectory } from './scim-host.js';

onEachStore('RFC 7644, sections 3.4.2.5, 3.4.3, 3.9 and 3.10', (host) => {
  let directory: ScimDirectory;
  let ids: Awaited<ReturnType<typeof fourPeople>>;
  let group: string;
  beforeAll(async () => {
    directory = await host().directory();
    ids = await fourPeople(directory.scim);
    group = (await directory.scim.group('Engineering', [ids.alice]))['id'] as string;
  });
  const alice = (query: Record<string, string>) => directory.scim.get(`/Users/${ids.alice}`, query);

  describe('3.4.2.5 and 3.9: attributes and excludedAttributes', () => {
    it.each([
      ['userName', ['id', 'schemas', 'userName']],
      ['username', ['id', 'schemas', 'userName']],
      ['userName,title', ['id', 'schemas', 'title', 'userName']],
      [' userName , title ', ['id', 'schemas', 'title', 'userName']],
      [`${USER}:userName`, ['id', 'schemas', 'userName']],
      [ENTERPRISE, [ENTERPRISE, 'id', 'schemas']],
      ['nobodyKnows', ['id', 'schemas']],
      ['groups', ['groups', 'id', 'schemas']],
      ['meta', ['id', 'meta', 'schemas']],
    ])('attributes=%s: those, and what is always returned', async (attributes, expected) => {
      const { status, body } = await alice({ attributes });
      expect([status, Object.keys(body).toSorted()]).toEqual([200, expected.toSorted()]);
    });

    it('attributes reach into what is complex', async () => {
      const { body } = await alice({ attributes: `name.familyName,emails.value,${ENTERPRISE}:department` });
      expect(body).toMatchObject({
        name: { familyName: 'Ames' },
        [ENTERPRISE]: { department: 'Engineering' },
      });
      expect(body['name']).toEqual({ familyName: 'Ames' });
      expect(body['emails']).toEqual([{ value: 'alice@acme.test' }, { value: 'alice@home.test' }]);
      expect(body[ENTERPRISE]).toEqual({ department: 'Engineering' });
    });

    it('excludedAttributes leave out those, and nothing that is always returned', async () => {
      const { body: whole } = await alice({});
      const { body } = await alice({
        excludedAttributes: `id,schemas,title,name.givenName,${ENTERPRISE}:department`,
      });
      expect(Object.keys(body).toSorted()).toEqual(
        Object.keys(whole)
          .filter((name) => name !== 'title')
          .toSorted(),
      );
      expect(body['name']).toEqual({ familyName: 'Ames' });
      expect(body[ENTERPRISE]).toEqual({ employeeNumber: '701' });
    });

    it('in lists too, of people and of groups', async () => {
      const { scim } = directory;
      const people = must(await scim.get('/Users', { attributes: 'userName' }), 200);
      for (const one of people['Resources'])
        expect(Object.keys(one).toSorted()).toEqual(['id', 'schemas', 'userName']);
      const groups = must(await scim.get('/Groups', { excludedAttributes: 'members' }), 200);
      for (const one of groups['Resources']) expect(one).not.toHaveProperty('members');
      const members = must(await scim.get('/Groups', { attributes: 'members.value' }), 200);
      expect(members['Resources'][0].members).toEqual([{ value: ids.alice }]);
    });

    it('3.9: on what creates, replaces and changes as well', async () => {
      const { scim } = await host().directory();
      const created = must(
        await scim.post('/Users?attributes=userName', { schemas: [USER], userName: 'a', title: 't' }),
        201,
      );
      expect(Object.keys(created).toSorted()).toEqual(['id', 'schemas', 'userName']);
      const path = `/Users/${created['id']}`;
      const replaced = await scim.put(`${path}?excludedAttributes=title`, {
        schemas: [USER],
        userName: 'a',
        title: 't',
      });
      expect(replaced.body).not.toHaveProperty('title');
      const patched = await scim.patch(`${path}?attributes=title`, [
        { op: 'replace', path: 'title', value: 'u' },
      ]);
      expect([patched.status, patched.body['title']]).toEqual([200, 'u']);
      expect(patched.body).not.toHaveProperty('userName');
    });

    it('both at once are refused', async () => {
      const { status, body } = await alice({ attributes: 'userName', excludedAttributes: 'title' });
      expect([status, body['schemas']]).toEqual([400, [ERROR]]);
    });
  });

  describe('3.4.3: a search by POST', () => {
    it('/Users/.search answers what the same GET answers', async () => {
      const { scim } = directory;
      const asked = {
        filter: 'title pr',
        sortBy: 'userName',
        sortOrder: 'descending',
        startIndex: 1,
        count: 1,
      };
      const found = await scim.post('/Users/.search', {
        schemas: [SEARCH],
        attributes: ['userName'],
        ...asked,
      });
      const got = await scim.get('/Users', { ...asked, attributes: 'userName' });
      expect(found.status).toBe(200);
      expect(found.body).toEqual(got.body);
      expect(found.body).toMatchObject({ schemas: [LIST], totalResults: 2, itemsPerPage: 1 });
      expect(found.body['Resources'].map(nameOf)).toEqual(['bob@acme.test']);
    });

    it('/Groups/.search too, and by cursor', async () => {
      const search = { schemas: [SEARCH], cursor: '', count: 1, excludedAttributes: ['members'] };
      const { status, body } = await directory.scim.post('/Groups/.search', search);
      expect([status, body['Resources'].map(nameOf), body['nextCursor']]).toEqual([
        200,
        ['Engineering'],
        undefined,
      ]);
      expect(body['Resources'][0]).not.toHaveProperty('members');
    });

    it('/.search asks all kinds of resources', async () => {
      const { status, body } = await directory.scim.post('/.search', {
        schemas: [SEARCH],
        filter: 'displayName sw "alice" or displayName sw "eng"',
      });
      if (status === 501) return;
      expect(status).toBe(200);
      const found = (body['Resources'] as Json[]).map((one) => one['meta'].resourceType as string);
      expect(found.toSorted()).toEqual(['Group', 'User']);
    });

    it.each([
      ['of another schema', { schemas: [USER] }],
      ['whose filter is no text', { schemas: [SEARCH], filter: { $gt: '' } }],
      ['whose attributes are no list', { schemas: [SEARCH], attributes: { a: 1 } }],
      ['whose count is no number', { schemas: [SEARCH], count: {} }],
      ['with a filter that is none', { schemas: [SEARCH], filter: 'nobody' }],
    ])('one %s is 400', async (_, body) => {
      const answer = await directory.scim.post('/Users/.search', body);
      expect([answer.status, answer.body['schemas']]).toEqual([400, [ERROR]]);
    });
  });

  it('3.10: a name with its URN is the name', async () => {
    const { scim } = await host().directory();
    const { id } = await scim.user('alice');
    const path = `${USER}:name.familyName`;
    must(await scim.patch(`/Users/${id}`, [{ op: 'add', path, value: 'Ames' }]), 200, 204);
    expect((await scim.read(`/Users/${id}`))['name']).toEqual({ familyName: 'Ames' });
    const { id: other } = await scim.group('One');
    const named = `${GROUP}:displayName`;
    must(await scim.patch(`/Groups/${other}`, [{ op: 'replace', path: named, value: 'Two' }]), 200, 204);
    expect((await scim.read(`/Groups/${other}`))['displayName']).toBe('Two');
  });

  it('a parameter that is said twice is refused, not guessed', async () => {
    const { status } = await directory.scim.get('/Users?filter=title%20pr&filter=userName%20pr');
    expect(status).toBe(400);
    expect(group).toBeDefined();
  });
});
