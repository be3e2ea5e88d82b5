import { describe, expect, it } from 'vitest';
import { ENTERPRISE, ERROR, GROUP, must, USER, type Json } from './scim-client.js';
import { onEachStore } from './scim-host.js';

onEachStore('RFC 7644, sections 3.5.1, 3.6 and 3.14', (host) => {
  describe('3.5.1: PUT', () => {
    it('200 with the whole resource as it is now', async () => {
      const { scim } = await host().directory();
      const { id, meta } = await scim.user('alice', { title: 'Engineer', name: { givenName: 'Alice' } });
      const { status, headers, body } = await scim.put(`/Users/${id}`, {
        schemas: [USER],
        userName: 'alice',
        name: { familyName: 'Ames' },
        [ENTERPRISE]: { department: 'Sales' },
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({ id, userName: 'alice', [ENTERPRISE]: { department: 'Sales' } });
      expect(body['name']).toEqual({ familyName: 'Ames' });
      expect(body).not.toHaveProperty('title');
      expect(body['meta']).toMatchObject({ created: meta.created, location: meta.location });
      expect(headers.get('etag')).toBe(body['meta'].version);
      expect(body['meta'].version).not.toBe(meta.version);
      expect(await scim.read(`/Users/${id}`)).toEqual(body);
    });

    it('what is read-only is ignored', async () => {
      const { scim } = await host().directory();
      const { id: group } = await scim.group('Engineering');
      const { id, meta } = await scim.user('alice');
      const written = { id: 'other', groups: [{ value: group }], meta: { created: '2000-01-01T00:00:00Z' } };
      const body = must(
        await scim.put(`/Users/${id}`, { schemas: [USER], userName: 'alice', ...written }),
        200,
      );
      expect([body['id'], body['groups'] ?? [], body['meta'].created]).toEqual([id, [], meta.created]);
    });

    it('without `active` nobody is shut out', async () => {
      const { scim } = await host().directory();
      const { id } = await scim.user('alice', { active: true });
      expect(
        must(await scim.put(`/Users/${id}`, { schemas: [USER], userName: 'alice' }), 200)['active'],
      ).toBe(true);
    });

    it('without `active` nobody who was shut out comes back', async () => {
      const { scim } = await host().directory();
      const { id } = await scim.user('alice', { active: false });
      await scim.put(`/Users/${id}`, { schemas: [USER], userName: 'alice', title: 'Lead' });
      expect((await scim.read(`/Users/${id}`))['active']).toBe(false);
    });

    it('required attributes are required', async () => {
      const { scim } = await host().directory();
      const { id } = await scim.user('alice', { title: 'Engineer' });
      const { status, body } = await scim.put(`/Users/${id}`, { schemas: [USER], title: 'Lead' });
      expect([status, body['schemas']]).toEqual([400, [ERROR]]);
      expect((await scim.read(`/Users/${id}`))['title']).toBe('Engineer');
    });

    it('never creates', async () => {
      const { scim } = await host().directory();
      expect((await scim.put('/Users/mine', { schemas: [USER], userName: 'alice' })).status).toBe(404);
      expect((await scim.get('/Users')).body['totalResults']).toBe(0);
    });

    it("a userName that is another's is 409 uniqueness; one's own in another case is fine", async () => {
      const { scim } = await host().directory();
      await scim.user('alice');
      const { id } = await scim.user('bob');
      const taken = await scim.put(`/Users/${id}`, { schemas: [USER], userName: 'ALICE' });
      expect([taken.status, taken.body['scimType']]).toEqual([409, 'uniqueness']);
      expect(
        must(await scim.put(`/Users/${id}`, { schemas: [USER], userName: 'BOB' }), 200)['userName'],
      ).toBe('BOB');
    });

    it('a group is replaced with its members', async () => {
      const { scim } = await host().directory();
      const [alice, bob] = [await scim.user('alice'), await scim.user('bob')].map(({ id }) => id as string);
      const { id } = await scim.group('One', [alice!]);
      const body = { schemas: [GROUP], displayName: 'Two', externalId: 'g', members: [{ value: bob }] };
      expect(must(await scim.put(`/Groups/${id}`, body), 200)).toMatchObject({
        displayName: 'Two',
        externalId: 'g',
      });
      expect(await scim.membersOf(id)).toEqual([bob]);
    });

    it('a group that is replaced without `members` keeps them; with none it has none', async () => {
      const { scim } = await host().directory();
      const { id: alice } = await scim.user('alice');
      const { id } = await scim.group('One', [alice]);
      must(await scim.put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'Two' }), 200);
      expect(await scim.membersOf(id)).toEqual([alice]);
      must(await scim.put(`/Groups/${id}`, { schemas: [GROUP], displayName: 'Two', members: [] }), 200);
      expect(await scim.membersOf(id)).toEqual([]);
    });

    it('the same again changes nothing: neither version nor instant', async () => {
      const { scim } = await host().directory();
      const { id } = await scim.user('alice', { title: 'Engineer' });
      const body = { schemas: [USER], userName: 'alice', title: 'Engineer', active: true };
      const first = must(await scim.put(`/Users/${id}`, body), 200);
      const second = must(await scim.put(`/Users/${id}`, body), 200);
      expect(second).toEqual(first);
    });
  });

  describe('3.6: DELETE', () => {
    it.each(['Users', 'Groups'] as const)(
      '%s: 204 without a body, and from then on 404 everywhere',
      async (kind) => {
        const { scim } = await host().directory();
        const { id } = kind === 'Users' ? await scim.user('alice') : await scim.group('alice');
        const path = `/${kind}/${id}`;
        const { status, text } = await scim.delete(path);
        expect([status, text]).toEqual([204, '']);
        expect((await scim.get(path)).status).toBe(404);
        expect((await scim.delete(path)).status).toBe(404);
        const patched = await scim.patch(path, [{ op: 'replace', path: 'externalId', value: 'x' }]);
        expect(patched.status).toBe(404);
        expect((await scim.get(`/${kind}`)).body['totalResults']).toBe(0);
      },
    );

    it('a deleted user is in no group, and a deleted group is of no user', async () => {
      const { scim } = await host().directory();
      const { id: alice } = await scim.user('alice');
      const { id: bob } = await scim.user('bob');
      const { id: group } = await scim.group('Engineering', [alice, bob]);
      await scim.delete(`/Users/${alice}`);
      expect(await scim.membersOf(group)).toEqual([bob]);
      await scim.delete(`/Groups/${group}`);
      expect((await scim.read(`/Users/${bob}`))['groups'] ?? []).toEqual([]);
    });

    it('the userName may be given again, to somebody else', async () => {
      const { scim } = await host().directory();
      const { id } = await scim.user('alice', { externalId: 'one' });
      await scim.delete(`/Users/${id}`);
      expect((await scim.user('alice', { externalId: 'two' }))['id']).not.toBe(id);
    });
  });

  describe('3.14: versions', () => {
    it('a resource that was not changed is 304 to whom has it', async () => {
      const { scim } = await host().directory();
      const { id, meta } = await scim.user('alice');
      expect(meta.version).toMatch(/^W\/".+"$/);
      for (const tag of [meta.version, `W/"other", ${meta.version}`]) {
        const { status, text } = await scim.get(`/Users/${id}`, {}, { headers: { 'if-none-match': tag } });
        expect([status, text]).toEqual([304, '']);
      }
      const { status } = await scim.get(`/Users/${id}`, {}, { headers: { 'if-none-match': 'W/"other"' } });
      expect(status).toBe(200);
    });

    it("every change has a new version, also one of a group's members", async () => {
      const { scim } = await host().directory();
      const { id: alice } = await scim.user('alice');
      const { id } = await scim.group('Engineering');
      const versions = [await version(`/Groups/${id}`)];
      await scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: alice }] }]);
      versions.push(await version(`/Groups/${id}`));
      await scim.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'Builders' }]);
      versions.push(await version(`/Groups/${id}`));
      expect(new Set(versions).size).toBe(3);

      async function version(path: string): Promise<string> {
        return (await scim.read(path))['meta'].version as string;
      }
    });

    it.each(['PUT', 'PATCH', 'DELETE'])(
      '%s with If-Match of an old version is 412 and changes nothing',
      async (how) => {
        const { scim } = await host().directory();
        const { id, meta } = await scim.user('alice', { title: 'one' });
        await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'title', value: 'two' }]);
        const old = await change(how, id, meta.version);
        expect([old.status, old.body['schemas'], old.body['status']]).toEqual([412, [ERROR], '412']);
        const now = await scim.read(`/Users/${id}`);
        expect(now['title']).toBe('two');
        const { status } = await change(how, id, now['meta'].version);
        expect([200, 204]).toContain(status);

        function change(method: string, user: string, tag: string) {
          const body: Record<string, Json> = {
            PUT: { schemas: [USER], userName: 'alice', title: 'three' },
            PATCH: {
              schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
              Operations: [{ op: 'replace', path: 'title', value: 'three' }],
            },
          };
          const sent = body[method] === undefined ? {} : { body: body[method] };
          return scim.send(method, `/Users/${user}`, { ...sent, headers: { 'if-match': tag } });
        }
      },
    );

    it('If-Match names several versions, or any', async () => {
      const { scim } = await host().directory();
      const { id, meta } = await scim.group('Engineering');
      const several = { 'if-match': `W/"x", ${meta.version}` };
      must(
        await scim.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'b' }], several),
        200,
        204,
      );
      const any = { 'if-match': '*' };
      must(
        await scim.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: 'c' }], any),
        200,
        204,
      );
      expect((await scim.delete(`/Groups/${id}`, { 'if-match': 'nonsense' })).status).toBe(412);
    });
  });
});
