import { describe, expect, it } from 'vitest';
import { ENTERPRISE, ERROR, GROUP, must, USER, type Json } from './scim-client.js';
import { onEachStore } from './scim-host.js';

onEachStore('RFC 7644, sections 3.1 to 3.4.1', (host) => {
  describe('3.1: background', () => {
    it.each([
      ['application/scim+json', 'application/scim+json'],
      ['application/json', 'application/json'],
      ['*/*', 'application/scim+json'],
      ['text/html', 'application/scim+json'],
      ['application/json, application/scim+json', 'application/scim+json'],
    ])('asked for %s, answers in %s', async (accept, expected) => {
      const { scim } = await host().directory();
      for (const path of ['/Users', '/ServiceProviderConfig']) {
        const { headers } = await scim.get(path, {}, { headers: { accept } });
        expect(headers.get('content-type')?.split(';')[0]).toBe(expected);
      }
    });

    it.each(['application/scim+json; charset=utf-8', 'application/json', 'application/json;charset=UTF-8'])(
      'reads a body of %s',
      async (type) => {
        const { scim } = await host().directory();
        const body = { schemas: [USER], userName: 'alice' };
        expect((await scim.post('/Users', body, { 'content-type': type })).status).toBe(201);
      },
    );

    it('refuses a body of another type', async () => {
      const { scim } = await host().directory();
      const { status } = await scim.send('POST', '/Users', {
        raw: 'userName=alice',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect([400, 415]).toContain(status);
      expect((await scim.get('/Users')).body['totalResults']).toBe(0);
    });

    it('keeps what is beyond ASCII', async () => {
      const { scim } = await host().directory();
      const { id } = await scim.user('zoë@acme.test', { displayName: 'Zoë 🦊 Ökonomin' });
      expect(await scim.read(`/Users/${id}`)).toMatchObject({
        userName: 'zoë@acme.test',
        displayName: 'Zoë 🦊 Ökonomin',
      });
    });

    it('RFC 7643, section 2.1: names of attributes are read in any case', async () => {
      const { scim } = await host().directory();
      const body = { SCHEMAS: [USER], username: 'alice', DisplayName: 'Alice', NAME: { FAMILYNAME: 'Ames' } };
      const created = must(await scim.post('/Users', body), 201);
      expect(created).toMatchObject({
        userName: 'alice',
        displayName: 'Alice',
        name: { familyName: 'Ames' },
      });
    });

    it('RFC 7643, section 2.5: null and an empty array are no value', async () => {
      const { scim } = await host().directory();
      const created = await scim.user('alice', { title: null, emails: [], name: null, externalId: null });
      for (const name of ['title', 'emails', 'name', 'externalId']) expect(created).not.toHaveProperty(name);
    });

    it('says the schemas whose attributes are there', async () => {
      const { scim } = await host().directory();
      const plain = await scim.user('alice');
      const extended = await scim.user('bob', {
        schemas: [USER, ENTERPRISE],
        [ENTERPRISE]: { department: 'Sales' },
      });
      expect(plain['schemas']).toContain(USER);
      expect((extended['schemas'] as string[]).toSorted()).toEqual([USER, ENTERPRISE].toSorted());
    });

    it('keeps an extension that it does not know', async () => {
      const { scim } = await host().directory();
      const urn = 'urn:example:params:scim:schemas:extension:acme:2.0:User';
      const { id } = await scim.user('alice', { schemas: [USER, urn], [urn]: { floor: '7' } });
      expect((await scim.read(`/Users/${id}`))[urn]).toEqual({ floor: '7' });
    });
  });

  describe('3.2: endpoints and methods', () => {
    it.each([
      ['PUT', '/Users'],
      ['PATCH', '/Users'],
      ['DELETE', '/Users'],
      ['DELETE', '/Groups'],
      ['GET', '/Bulk'],
      ['GET', '/Users/.search/more'],
      ['GET', '/Robots'],
      ['POST', '/Robots'],
    ])('%s %s is no endpoint, said as an error of SCIM', async (method, path) => {
      const { scim } = await host().directory();
      const answer = await scim.send(method, path, method === 'GET' ? {} : { body: { schemas: [USER] } });
      expect([404, 405, 501]).toContain(answer.status);
      expect(answer.body).toMatchObject({ schemas: [ERROR], status: String(answer.status) });
    });

    it('3.11: /Me is said not to be implemented', async () => {
      const { scim } = await host().directory();
      const { status, body } = await scim.get('/Me');
      expect([404, 501]).toContain(status);
      expect(body['schemas']).toEqual([ERROR]);
    });
  });

  describe('3.3: creating', () => {
    it('201 with the resource, its Location and its ETag', async () => {
      const { scim } = await host().directory();
      const { status, headers, body } = await scim.post('/Users', { schemas: [USER], userName: 'alice' });
      expect(status).toBe(201);
      expect(body).toMatchObject({ id: expect.any(String), userName: 'alice', active: true });
      expect(body['meta']).toMatchObject({
        resourceType: 'User',
        location: `${scim.base}/Users/${body['id']}`,
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        version: headers.get('etag'),
      });
      expect(body['meta'].lastModified).toBe(body['meta'].created);
      expect(headers.get('location')).toBe(body['meta'].location);
    });

    it('a group with members likewise', async () => {
      const { scim } = await host().directory();
      const alice = await scim.user('alice', { displayName: 'Alice Ames' });
      const { status, headers, body } = await scim.post('/Groups', {
        schemas: [GROUP],
        displayName: 'Engineering',
        externalId: 'g-1',
        members: [{ value: alice['id'] }],
      });
      expect(status).toBe(201);
      expect(headers.get('location')).toBe(`${scim.base}/Groups/${body['id']}`);
      expect(body).toMatchObject({ displayName: 'Engineering', externalId: 'g-1' });
      expect((await scim.read(`/Groups/${body['id']}`))['members']).toMatchObject([
        { value: alice['id'], type: 'User', $ref: `${scim.base}/Users/${alice['id']}` },
      ]);
      const { groups } = await scim.read(`/Users/${alice['id']}`);
      expect(groups).toMatchObject([{ value: body['id'], display: 'Engineering', type: 'direct' }]);
    });

    it('attributes that are read-only are ignored', async () => {
      const { scim } = await host().directory();
      const { id: other } = await scim.group('Engineering');
      const created = await scim.user('alice', {
        id: 'mine',
        meta: { resourceType: 'Robot', created: '2000-01-01T00:00:00Z', version: 'W/"99"' },
        groups: [{ value: other }],
      });
      expect(created['id']).not.toBe('mine');
      expect(created['meta'].resourceType).toBe('User');
      expect(created['meta'].created).not.toMatch(/^2000/);
      expect(created['groups'] ?? []).toEqual([]);
      expect(await scim.membersOf(other)).toEqual([]);
    });

    it('a password is accepted and never said', async () => {
      const { scim } = await host().directory();
      const created = await scim.user('alice', { password: 'the secret' });
      const all = [created, await scim.read(`/Users/${created['id']}`), (await scim.get('/Users')).body];
      expect(JSON.stringify(all)).not.toMatch(/password|the secret/);
      const asked = await scim.get(`/Users/${created['id']}`, { attributes: 'password' });
      expect(asked.text).not.toContain('the secret');
    });

    it.each([
      ['without userName', { schemas: [USER] }],
      ['with an empty userName', { schemas: [USER], userName: '' }],
      ['with a userName of blanks', { schemas: [USER], userName: '   ' }],
      ['with a userName that is no text', { schemas: [USER], userName: 7 }],
      ['with e-mails that are no list of values', { schemas: [USER], userName: 'a', emails: 'a@acme.test' }],
      ['with a name that is no object', { schemas: [USER], userName: 'a', name: 'Alice' }],
      ['with an `active` that is neither', { schemas: [USER], userName: 'a', active: 'perhaps' }],
      ['with the schema of another', { schemas: [GROUP], userName: 'a' }],
      ['with a schema that nobody knows', { schemas: ['urn:nobody:knows'], userName: 'a' }],
    ])('a user %s is 400 and nothing', async (_, body) => {
      const { scim } = await host().directory();
      const { status, body: said } = await scim.post('/Users', body);
      expect(said).toMatchObject({ schemas: [ERROR], status: '400' });
      expect(status).toBe(400);
      expect(said['scimType']).toMatch(/^(invalidValue|invalidSyntax)$/);
      expect((await scim.get('/Users')).body['totalResults']).toBe(0);
    });

    it.each([
      ['without displayName', { schemas: [GROUP] }],
      ['with members that are no list', { schemas: [GROUP], displayName: 'G', members: 'x' }],
      ['with a member without value', { schemas: [GROUP], displayName: 'G', members: [{ display: 'x' }] }],
      ['with the schema of another', { schemas: [USER], displayName: 'G' }],
    ])('a group %s is 400 and nothing', async (_, body) => {
      const { scim } = await host().directory();
      const { status, body: said } = await scim.post('/Groups', body);
      expect([status, said['schemas']]).toEqual([400, [ERROR]]);
      expect((await scim.get('/Groups')).body['totalResults']).toBe(0);
    });

    it('a body without schemas is what its address says: some clients send none', async () => {
      const { scim } = await host().directory();
      expect(must(await scim.post('/Users', { userName: 'alice' }), 201)['schemas']).toEqual([USER]);
      expect(must(await scim.post('/Groups', { displayName: 'G' }), 201)['schemas']).toEqual([GROUP]);
    });

    it('3.3: a userName that is taken, in any case, is 409 uniqueness', async () => {
      const { scim } = await host().directory();
      await scim.user('alice@acme.test');
      const { status, body } = await scim.post('/Users', { schemas: [USER], userName: 'ALICE@Acme.test' });
      expect([status, body]).toMatchObject([
        409,
        { schemas: [ERROR], status: '409', scimType: 'uniqueness', detail: expect.any(String) },
      ]);
      expect((await scim.get('/Users')).body['totalResults']).toBe(1);
    });

    it('two groups of one displayName are two groups', async () => {
      const { scim } = await host().directory();
      const ids = [await scim.group('Same'), await scim.group('Same')].map(({ id }) => id as string);
      expect(new Set(ids).size).toBe(2);
    });

    it('the same userName in another directory is somebody else', async () => {
      const [one, other] = [await host().directory(), await host().directory()];
      await one.scim.user('alice');
      await other.scim.user('alice');
      expect((await one.scim.get('/Users')).body['totalResults']).toBe(1);
    });
  });

  describe('3.4.1: a known resource', () => {
    it('200 with the resource and its ETag', async () => {
      const { scim } = await host().directory();
      const created = await scim.user('alice', { title: 'Engineer' });
      const { status, headers, body } = await scim.get(`/Users/${created['id']}`);
      expect(status).toBe(200);
      expect(body).toEqual(created);
      expect(headers.get('etag')).toBe(created['meta'].version);
    });

    it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s of an id that nobody has is 404', async (method) => {
      const { scim } = await host().directory();
      for (const path of ['/Users/nobody', '/Groups/nothing', '/Users/%00', '/Users/a%2Fb']) {
        const body: Json = path.startsWith('/Users')
          ? { schemas: [USER], userName: 'a' }
          : { schemas: [GROUP], displayName: 'a' };
        const operations = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] as const };
        const patch = { ...operations, Operations: [{ op: 'replace', path: 'externalId', value: 'x' }] };
        const sent = { PUT: { body }, PATCH: { body: patch } }[method] ?? {};
        const answer = await scim.send(method, path, sent);
        expect([path, answer.status, answer.body['schemas']]).toEqual([path, 404, [ERROR]]);
      }
    });

    it('a group is no user, and a user no group', async () => {
      const { scim } = await host().directory();
      const { id: alice } = await scim.user('alice');
      const { id: group } = await scim.group('Engineering');
      expect((await scim.get(`/Groups/${alice}`)).status).toBe(404);
      expect((await scim.get(`/Users/${group}`)).status).toBe(404);
    });
  });
});
