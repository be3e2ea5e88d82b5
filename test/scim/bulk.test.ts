import { describe, expect, it } from 'vitest';
import { BULK, ENTERPRISE, ERROR, GROUP, must, PATCH, USER, type Json } from './scim-client.js';
import { onEachStore } from './scim-host.js';

onEachStore('RFC 7644, section 3.7: Bulk', (host) => {
  async function directory() {
    const { scim, id } = await host().directory();
    const bulk = (operations: readonly unknown[], more: Json = {}) =>
      scim.post('/Bulk', { schemas: [BULK], Operations: operations, ...more });
    return { scim, id, bulk };
  }
  it('answers each operation, in a body of its own schema', async () => {
    const { scim, bulk } = await directory();
    const { id } = await scim.user('zoe');
    const { id: gone } = await scim.group('Gone');
    const { status, body } = await bulk([
      createUser('alice'),
      { method: 'PUT', path: `/Users/${id}`, data: { schemas: [USER], userName: 'zoe', title: 'Lead' } },
      {
        method: 'PATCH',
        path: `/Users/${id}`,
        data: { schemas: [PATCH], Operations: [{ op: 'add', path: 'nickName', value: 'Z' }] },
      },
      { method: 'DELETE', path: `/Groups/${gone}` },
    ]);
    expect([status, body['schemas']]).toEqual([200, ['urn:ietf:params:scim:api:messages:2.0:BulkResponse']]);
    const [alice] = body['Operations'] as [Json];
    expect(alice).toMatchObject({
      method: 'POST',
      bulkId: 'alice',
      status: '201',
      location: expect.stringContaining(`${scim.base}/Users/`),
      version: expect.stringMatching(/^W\//),
    });
    expect(statuses(body)).toEqual(['201', '200', expect.stringMatching(/^20[04]$/), '204']);
    expect(body['Operations'][1]).toMatchObject({ method: 'PUT', location: `${scim.base}/Users/${id}` });
    expect(await scim.read(`/Users/${id}`)).toMatchObject({ title: 'Lead', nickName: 'Z' });
    expect((await scim.get(`/Groups/${gone}`)).status).toBe(404);
  });

  it('methods are read in any case, as the RFC writes them in lower and upper', async () => {
    const { bulk } = await directory();
    const { body } = await bulk([{ ...createUser('alice'), method: 'post' }]);
    expect(statuses(body)).toEqual(['201']);
  });

  it('3.7.2: a bulkId stands for the id that came of it, in paths and in members', async () => {
    const { scim, bulk } = await directory();
    const { body } = await bulk([
      createUser('alice'),
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { schemas: [GROUP], displayName: 'Engineering', members: [{ value: 'bulkId:alice' }] },
      },
      {
        method: 'PATCH',
        path: '/Groups/bulkId:g',
        data: { schemas: [PATCH], Operations: [{ op: 'replace', path: 'displayName', value: 'Builders' }] },
      },
    ]);
    expect(statuses(body).slice(0, 2)).toEqual(['201', '201']);
    const [group] = must(await scim.get('/Groups'), 200)['Resources'] as [Json];
    const [alice] = must(await scim.get('/Users'), 200)['Resources'] as [Json];
    expect(group['displayName']).toBe('Builders');
    expect(await scim.membersOf(group['id'])).toEqual([alice['id']]);
  });

  it('3.7.2: a bulkId may be named before what it stands for', async () => {
    const { scim, bulk } = await directory();
    const { body } = await bulk([
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: {
          schemas: [GROUP],
          displayName: 'Engineering',
          members: [{ type: 'User', value: 'bulkId:alice' }],
        },
      },
      createUser('alice'),
    ]);
    expect(statuses(body)).toEqual(['201', '201']);
    const [group] = must(await scim.get('/Groups'), 200)['Resources'] as [Json];
    const [alice] = must(await scim.get('/Users'), 200)['Resources'] as [Json];
    expect(await scim.membersOf(group['id'])).toEqual([alice['id']]);
  });

  it('3.7.1: two that name each other are resolved, or refused with 409', async () => {
    const { scim, bulk } = await directory();
    const { status, body } = await bulk([manages('alice', 'bob'), manages('bob', 'alice')]);
    expect(status).toBe(200);
    for (const said of statuses(body)) expect(['201', '409']).toContain(said);
    for (const user of must(await scim.get('/Users'), 200)['Resources'] as Json[]) {
      expect(JSON.stringify(user)).not.toContain('bulkId:');
    }
  });

  it('a bulkId that stands for nothing is refused in its operation alone', async () => {
    const { bulk } = await directory();
    const { status, body } = await bulk([
      { method: 'DELETE', path: '/Users/bulkId:nobody' },
      createUser('alice'),
    ]);
    expect([status, statuses(body)[1]]).toEqual([200, '201']);
    expect(statuses(body)[0]).toMatch(/^4/);
  });

  it('what fails says why, and the rest is done', async () => {
    const { scim, bulk } = await directory();
    const { body } = await bulk([
      createUser('alice'),
      createUser('ALICE'),
      { method: 'DELETE', path: '/Users/nobody' },
      createUser('bob'),
    ]);
    expect(statuses(body)).toEqual(['201', '409', '404', '201']);
    expect(body['Operations'][1].response).toMatchObject({
      schemas: [ERROR],
      status: '409',
      scimType: 'uniqueness',
    });
    expect(await scim.found('Users', 'userName pr')).toEqual(['alice', 'bob']);
  });

  it('3.7: failOnErrors ends it after that many', async () => {
    const { scim, bulk } = await directory();
    const gone = { method: 'DELETE', path: '/Users/nobody' };
    const { status, body } = await bulk(
      [createUser('alice'), gone, createUser('bob'), gone, createUser('carol')],
      {
        failOnErrors: 2,
      },
    );
    expect([status, statuses(body)]).toEqual([200, ['201', '404', '201', '404']]);
    expect(await scim.found('Users', 'userName pr')).toEqual(['alice', 'bob']);
  });

  it('3.7: `version` is as If-Match', async () => {
    const { scim, bulk } = await directory();
    const { id, meta } = await scim.user('alice');
    const { body } = await bulk([
      { method: 'DELETE', path: `/Users/${id}`, version: 'W/"other"' },
      { method: 'DELETE', path: `/Users/${id}`, version: meta.version },
    ]);
    expect(statuses(body)).toEqual(['412', '204']);
  });

  it.each<[string, Json]>([
    ['an unknown method', { method: 'COPY', path: '/Users', bulkId: 'a', data: {} }],
    ['an unknown path', { method: 'POST', path: '/Robots', bulkId: 'a', data: { schemas: [USER] } }],
    ['a path outside', { method: 'DELETE', path: '/../../other/Users/x' }],
    ['a whole address', { method: 'DELETE', path: 'https://elsewhere.test/Users/x' }],
    [
      'Bulk in Bulk',
      { method: 'POST', path: '/Bulk', bulkId: 'a', data: { schemas: [BULK], Operations: [] } },
    ],
    ['POST without data', { method: 'POST', path: '/Users', bulkId: 'a' }],
    ['POST without bulkId', { method: 'POST', path: '/Users', data: { schemas: [USER], userName: 'x' } }],
    [
      'POST to one resource',
      { method: 'POST', path: '/Users/x', bulkId: 'a', data: { schemas: [USER], userName: 'x' } },
    ],
    ['DELETE of all', { method: 'DELETE', path: '/Users' }],
    ['no path', { method: 'DELETE' }],
    ['GET', { method: 'GET', path: '/Users' }],
  ])('%s is refused, and nothing comes of it', async (_, operation) => {
    const { scim, bulk } = await directory();
    await scim.user('alice');
    const { status, body } = await bulk([operation]);
    expect([200, 400]).toContain(status);
    if (status === 200) expect(statuses(body)[0]).toMatch(/^(4\d\d|501)$/);
    else expect(body['schemas']).toEqual([ERROR]);
    expect(await scim.found('Users', 'userName pr')).toEqual(['alice']);
  });

  it.each<[string, unknown]>([
    ['another schema', { schemas: [PATCH], Operations: [] }],
    ['no operations', { schemas: [BULK] }],
    ['operations that are no list', { schemas: [BULK], Operations: {} }],
    ['operations that are no objects', { schemas: [BULK], Operations: ['DELETE /Users'] }],
    ['a failOnErrors that is no number', { schemas: [BULK], failOnErrors: 'all', Operations: [] }],
    ['two operations of one bulkId', { schemas: [BULK], Operations: [createUser('a'), createUser('a')] }],
  ])('a request with %s is 400', async (name, body) => {
    const { scim } = await directory();
    const answer = await scim.post('/Bulk', body);
    if (name.startsWith('two') && answer.status === 200) return;
    expect([answer.status, answer.body['schemas']]).toEqual([400, [ERROR]]);
  });

  describe('3.7.4: limits', () => {
    it('more operations than ServiceProviderConfig allows are 413, and none is done', async () => {
      const { scim, bulk } = await directory();
      const { maxOperations } = (await scim.read('/ServiceProviderConfig'))['bulk'] as Json;
      const one = { method: 'DELETE', path: '/Users/x' };
      const { status, body } = await bulk([
        createUser('alice'),
        ...Array.from({ length: maxOperations }, () => one),
      ]);
      expect([status, body['schemas'], body['detail']]).toEqual([
        413,
        [ERROR],
        expect.stringContaining(String(maxOperations)),
      ]);
      expect((await scim.get('/Users')).body['totalResults']).toBe(0);
    });

    it('more bytes than ServiceProviderConfig allows are 413', async () => {
      const { scim, bulk } = await directory();
      const { maxPayloadSize } = (await scim.read('/ServiceProviderConfig'))['bulk'] as Json;
      const { status, body } = await bulk([createUser('alice', { title: 'x'.repeat(maxPayloadSize) })]);
      expect([status, body['schemas']]).toEqual([413, [ERROR]]);
    });
  });
});

function createUser(userName: string, more: Json = {}) {
  return { method: 'POST', path: '/Users', bulkId: userName, data: { schemas: [USER], userName, ...more } };
}

function manages(bulkId: string, manager: string) {
  return createUser(bulkId, { [ENTERPRISE]: { manager: { value: `bulkId:${manager}` } } });
}

function statuses(body: Json): string[] {
  return (body['Operations'] as Json[]).map(({ status }) => status as string);
}
