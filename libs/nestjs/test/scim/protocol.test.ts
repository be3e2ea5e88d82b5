import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BULK,
  expectScimError,
  GROUP,
  SEARCH,
  startScim,
  USER,
  type ScimHost,
  type Tenant,
} from './scim-host.js';

let host: ScimHost;
let acme: Tenant;
beforeAll(async () => {
  host = await startScim();
  acme = await host.tenant();
});
afterAll(() => host.close());

let made = 0;
const name = () => `person-${++made}@acme.test`;
const make = () => acme.user({ userName: name() });

describe('a user', () => {
  it('is made with 201, Location, ETag and the resource', async () => {
    const userName = name();
    const answer = await acme.scim('post', '/Users', { schemas: [USER], userName, title: 'Clerk' });
    expect(answer.status).toBe(201);
    expect(answer.headers['content-type']).toMatch(/^application\/scim\+json\b/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['location']).toBe(`${acme.baseUrl}/Users/${answer.body.id}`);
    expect(answer.headers['etag']).toBe('W/"1"');
    expect(answer.body).toMatchObject({
      schemas: [USER],
      userName,
      active: true,
      title: 'Clerk',
      meta: { resourceType: 'User', version: 'W/"1"', location: answer.headers['location'] },
    });
    const read = await request(answer.headers['location']!)
      .get('')
      .set('authorization', `Bearer ${acme.token}`);
    expect([read.status, read.body]).toEqual([200, answer.body]);
    expect(read.headers['etag']).toBe('W/"1"');
  });

  it('is replaced and patched with 200 and the resource, and deleted with 204', async () => {
    const id = await make();
    const userName = name();
    const put = await acme.scim('put', `/Users/${id}`, { schemas: [USER], userName, nickName: 'Al' });
    expect([put.status, put.body.userName, put.body.nickName]).toEqual([200, userName, 'Al']);
    expect(put.headers['etag']).toBe('W/"2"');
    const patched = await acme.patch(`/Users/${id}`, { op: 'replace', path: 'nickName', value: 'Ally' });
    expect([patched.status, patched.body.nickName, patched.headers['etag']]).toEqual([200, 'Ally', 'W/"3"']);
    const gone = await acme.scim('delete', `/Users/${id}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    await expectScimError(acme.scim('get', `/Users/${id}`), 404);
    await expectScimError(acme.scim('delete', `/Users/${id}`), 404);
  });

  it('is shown as far as is asked', async () => {
    const id = await make();
    const shown = await acme.scim('get', `/Users/${id}?attributes=userName`).expect(200);
    expect(Object.keys(shown.body).toSorted()).toEqual(['id', 'schemas', 'userName']);
    const patched = await acme
      .scim('put', `/Users/${id}?excludedAttributes=meta,active`, { schemas: [USER], userName: name() })
      .expect(200);
    expect(Object.keys(patched.body).toSorted()).toEqual(['id', 'schemas', 'userName']);
    await expectScimError(
      acme.scim('get', `/Users/${id}?attributes=id&attributes=userName`),
      400,
      'invalidValue',
    );
  });

  it('with a userName that is taken, whatever its case, is 409 uniqueness', async () => {
    const userName = name();
    await acme.user({ userName });
    const again = { schemas: [USER], userName: userName.toUpperCase() };
    await expectScimError(acme.scim('post', '/Users', again), 409, 'uniqueness');
    await expectScimError(acme.scim('put', `/Users/${await make()}`, again), 409, 'uniqueness');
  });

  it('by an id that none can have is 404', async () => {
    for (const id of ['%00', 'x', "'%20or%201=1", 'usr_0000000000000000_0000000000000000', acme.id]) {
      await expectScimError(acme.scim('get', `/Users/${id}`), 404);
      await expectScimError(acme.scim('delete', `/Users/${id}`), 404);
    }
  });
});

describe('a version', () => {
  it('that is not the one named by If-Match changes nothing: 412', async () => {
    const [user, group] = [await make(), await acme.group('Versions')];
    for (const path of [`/Users/${user}`, `/Groups/${group}`]) {
      const body = path.startsWith('/U')
        ? { schemas: [USER], userName: name() }
        : { schemas: [GROUP], displayName: 'V' };
      await expectScimError(acme.scim('put', path, body).set('if-match', 'W/"7"'), 412);
      await expectScimError(acme.scim('delete', path).set('if-match', '"of somebody else"'), 412);
      const operation = { op: 'replace', path: 'displayName', value: 'x' };
      await expectScimError(acme.patch(path, operation).set('if-match', 'W/"7", W/"8"'), 412);
      expect((await acme.scim('get', path)).headers['etag']).toBe('W/"1"');
      await acme.scim('put', path, body).set('if-match', 'W/"3", W/"1"').expect(200);
      await acme.scim('delete', path).set('if-match', '*').expect(204);
    }
  });

  it('that whoever asks has is 304 without a body', async () => {
    const [user, group] = [await make(), await acme.group('Versions')];
    for (const path of [`/Users/${user}`, `/Groups/${group}`]) {
      const same = await acme.scim('get', path).set('if-none-match', 'W/"1"');
      expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', 'W/"1"']);
      await acme.scim('get', path).set('if-none-match', 'W/"2"').expect(200);
    }
  });
});

describe('a group', () => {
  it('is made with its members, and shown with them', async () => {
    const [a, b] = [await make(), await make()];
    const members = [{ value: a }, { value: b }];
    const answer = await acme.scim('post', '/Groups', { schemas: [GROUP], displayName: 'Two', members });
    expect([answer.status, answer.headers['etag']]).toEqual([201, 'W/"1"']);
    expect(answer.headers['location']).toBe(`${acme.baseUrl}/Groups/${answer.body.id}`);
    expect(membersOf(answer.body)).toEqual([a, b].toSorted());
    const bare = await acme.scim('get', `/Groups/${answer.body.id}?excludedAttributes=members`).expect(200);
    expect(bare.body).not.toHaveProperty('members');
    const user = await acme.scim('get', `/Users/${a}`).expect(200);
    expect(user.body.groups).toMatchObject([{ value: answer.body.id, display: 'Two' }]);
  });

  it('P8: is patched with 204, and shows members only where they are asked for', async () => {
    const [a, b] = [await make(), await make()];
    const id = await acme.group('Patched', [a]);
    const add = { op: 'add', path: 'members', value: [{ value: b }] };
    const answer = await acme.patch(`/Groups/${id}`, add);
    expect([answer.status, answer.text, answer.headers['etag']]).toEqual([204, '', 'W/"2"']);
    const remove = { op: 'remove', path: `members[value eq "${a}"]` };
    const shown = await acme.patch(`/Groups/${id}?attributes=members`, remove);
    expect([shown.status, membersOf(shown.body)]).toEqual([200, [b]]);
    const name = await acme.patch(`/Groups/${id}?attributes=displayName`, add).expect(200);
    expect(Object.keys(name.body).toSorted()).toEqual(['displayName', 'id', 'schemas']);
  });

  it('replaced without `members` keeps them, and with none loses them', async () => {
    const a = await make();
    const id = await acme.group('Kept', [a]);
    const renamed = await acme.scim('put', `/Groups/${id}`, { schemas: [GROUP], displayName: 'Renamed' });
    expect([renamed.status, renamed.body.displayName, membersOf(renamed.body)]).toEqual([
      200,
      'Renamed',
      [a],
    ]);
    const emptied = await acme.scim('put', `/Groups/${id}`, {
      schemas: [GROUP],
      displayName: 'R',
      members: [],
    });
    expect([emptied.status, membersOf(emptied.body)]).toEqual([200, []]);
    await acme.scim('delete', `/Groups/${id}`).expect(204);
    await expectScimError(acme.scim('get', `/Groups/${id}`), 404);
  });
});

describe('a list', () => {
  it('is filtered, sorted and paged', async () => {
    const own = await host.tenant();
    for (const userName of ['b', 'a', 'c']) await own.user({ userName, title: 'T' });
    const names = async (query: string) => {
      const { body } = await own.scim('get', `/Users?${query}`).expect(200);
      const { Resources } = body as { Resources: { userName: string }[] };
      return { ...body, Resources: Resources.map(({ userName }) => userName) };
    };
    expect(await names('sortBy=userName&startIndex=2&count=1')).toMatchObject({
      totalResults: 3,
      startIndex: 2,
      itemsPerPage: 1,
      Resources: ['b'],
    });
    expect(await names(`filter=${encodeURIComponent('userName eq "A"')}`)).toMatchObject({ totalResults: 1 });
    expect(await names('count=0')).toMatchObject({ totalResults: 3, Resources: [] });
    const first = await names('cursor=&count=2&sortBy=userName');
    expect(first).toMatchObject({ Resources: ['a', 'b'], nextCursor: expect.any(String) });
    const next = await names(`cursor=${encodeURIComponent(first.nextCursor)}&count=2&sortBy=userName`);
    expect(next.Resources).toEqual(['c']);
    await expectScimError(own.scim('get', '/Users?cursor=nonsense'), 400, 'invalidCursor');
  });

  it('is never everyone where the question was not understood', async () => {
    for (const filter of ['userName', 'shoeSize eq 44', 'userName eq', 'userName eq "a" and', '(']) {
      const query = `?filter=${encodeURIComponent(filter)}`;
      await expectScimError(acme.scim('get', `/Users${query}`), 400, 'invalidFilter');
      await expectScimError(acme.scim('get', `/Groups${query}`), 400, 'invalidFilter');
    }
    for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
      await expectScimError(acme.scim('post', path), 400, 'invalidSyntax');
      await expectScimError(
        acme.scim('post', path, { schemas: [SEARCH], filter: 'x eq 1' }),
        400,
        'invalidFilter',
      );
    }
  });

  it('ends early where its groups have many members, and goes on with the next one', async () => {
    const own = await host.tenant();
    const nobody = Array.from({ length: 9_000 }, (_, at) => `nobody-${at}`);
    for (const group of ['a', 'b', 'c']) await own.group(group, nobody);
    const list = async (query: string) => {
      const { status, body } = await own.scim('get', `/Groups?sortBy=displayName&count=10${query}`);
      const shown = body.Resources as { displayName: string; members?: object[] }[];
      expect([status, body.itemsPerPage]).toEqual([200, shown.length]);
      expect(shown.every(({ members }) => query.includes('excluded') || members?.length === 9_000)).toBe(
        true,
      );
      return [body.totalResults, shown.map(({ displayName }) => displayName).join(), body.nextCursor];
    };
    expect(await list('')).toEqual([3, 'a,b', undefined]);
    expect(await list('&startIndex=3')).toEqual([3, 'c', undefined]);
    expect(await list('&excludedAttributes=members')).toEqual([3, 'a,b,c', undefined]);
    const [total, first, cursor] = await list('&cursor');
    expect([total, first]).toEqual([3, 'a,b']);
    expect(await list(`&cursor=${cursor}`)).toEqual([undefined, 'c', undefined]);
  });

  it('is asked for by .search as by GET, and of all kinds at the root', async () => {
    const own = await host.tenant();
    const alice = await own.user({ userName: 'alice', displayName: 'Both' });
    const bob = await own.user({ userName: 'bob' });
    const group = await own.group('Both', [alice]);
    const search = async (path: string, query: object) => {
      const { body } = await own.scim('post', path, { schemas: [SEARCH], ...query }).expect(200);
      const { totalResults, Resources } = body as { totalResults: number; Resources: { id: string }[] };
      return [totalResults, ...Resources.map(({ id }) => id)];
    };
    expect(await search('/Users/.search', { filter: 'userName eq "bob"' })).toEqual([1, bob]);
    expect(await search('/Groups/.search', { filter: 'displayName eq "both"' })).toEqual([1, group]);
    expect(await search('/.search', {})).toEqual([3, alice, bob, group]);
    expect(await search('/.search', { filter: 'displayName eq "both"' })).toEqual([2, alice, group]);
    expect(await search('/.search', { filter: 'userName eq "bob"' })).toEqual([1, bob]);
    expect(await search('/.search', { startIndex: 2, count: 1 })).toEqual([3, bob]);
    expect(await search('/.search', { startIndex: 2, count: 5 })).toEqual([3, bob, group]);
    expect(await search('/.search', { startIndex: 3, count: 1 })).toEqual([3, group]);
    expect(await search('/.search', { startIndex: 9 })).toEqual([3]);
    expect(await search('/.search', { count: 0 })).toEqual([3]);
  });
});

describe('a bulk request', () => {
  it('does one operation after the other, by the ids of those before', async () => {
    const userName = name();
    const { body } = await acme
      .scim('post', '/Bulk', {
        schemas: [BULK],
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'u', data: { schemas: [USER], userName } },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'g',
            data: { schemas: [GROUP], displayName: 'Bulk', members: [{ value: 'bulkId:u' }] },
          },
          { method: 'POST', path: '/Users', bulkId: 'v', data: { schemas: [USER], userName } },
          { method: 'DELETE', path: '/Users/usr_x' },
        ],
      })
      .expect(200);
    const operations = body.Operations as { status: string; location: string; response?: object }[];
    expect(operations.map(({ status }) => status)).toEqual(['201', '201', '409', '404']);
    expect(operations[2]!.response).toMatchObject({ status: '409', scimType: 'uniqueness' });
    const group = await request(operations[1]!.location).get('').set('authorization', `Bearer ${acme.token}`);
    expect(membersOf(group.body)).toEqual([operations[0]!.location.split('/').at(-1)]);
  });

  it('stops after as many failures as it allows', async () => {
    const remove = { method: 'DELETE', path: '/Users/usr_x' };
    const { body } = await acme
      .scim('post', '/Bulk', { schemas: [BULK], failOnErrors: 2, Operations: [remove, remove, remove] })
      .expect(200);
    expect(body.Operations).toHaveLength(2);
  });

  it('of too many operations is 413, and each counts against how often a directory may come', async () => {
    const remove = { method: 'DELETE', path: '/Users/usr_x' };
    const many = { schemas: [BULK], Operations: Array(1_001).fill(remove) };
    await expectScimError(acme.scim('post', '/Bulk', many), 413);
    const slow = await startScim({ options: { scim: { requestsPerSecond: 1, burst: 10 } } });
    const one = await slow.tenant();
    await one.scim('post', '/Bulk', { schemas: [BULK], Operations: Array(30).fill(remove) }).expect(200);
    const refused = await one.scim('get', '/Users');
    expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, expect.closeTo(21, -1)]);
    await slow.close();
  });
});

describe('what stands there', () => {
  it('is said by the discovery endpoints', async () => {
    const config = await acme.scim('get', '/ServiceProviderConfig').expect(200);
    expect(config.body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 1_048_576 },
      etag: { supported: true },
    });
    for (const path of ['/ResourceTypes', '/Schemas']) {
      const { body } = await acme.scim('get', path).expect(200);
      expect(body.totalResults).toBe(body.Resources.length);
      for (const resource of body.Resources as { id: string; meta: { location: string } }[]) {
        const { pathname } = new URL(resource.meta.location);
        const one = await request(host.url).get(pathname).set('authorization', `Bearer ${acme.token}`);
        expect([one.status, one.body]).toEqual([200, resource]);
      }
      await expectScimError(acme.scim('get', `${path}?filter=id%20pr`), 403);
      await expectScimError(acme.scim('get', `${path}/nothing`), 404);
    }
  });

  it('is 404 elsewhere, 405 with Allow for another method, and 501 at /Me', async () => {
    for (const path of ['', '/', '/Devices', '/Users/a/b', '/users.json']) {
      await expectScimError(acme.scim('get', path), 404);
    }
    const wrong: ['get' | 'post' | 'put' | 'patch' | 'delete', string, string][] = [
      ['put', '/Users', 'GET, POST'],
      ['delete', '/Groups', 'GET, POST'],
      ['post', '/Users/usr_x', 'GET, PUT, PATCH, DELETE'],
      ['get', '/Bulk', 'POST'],
      ['get', '/.search', 'POST'],
      ['post', '/ServiceProviderConfig', 'GET'],
      ['patch', '/Schemas/x', 'GET'],
    ];
    for (const [method, path, allow] of wrong) {
      const asked = acme.scim(method, path, method === 'get' ? undefined : {});
      await expectScimError(asked, 405);
      expect((await acme.scim(method, path, method === 'get' ? undefined : {})).headers['allow']).toBe(allow);
    }
    await expectScimError(acme.scim('get', '/Me'), 501);
    await expectScimError(acme.scim('patch', '/Me', {}), 501);
  });

  it('is answered as `application/json` to whom takes nothing else', async () => {
    const typeFor = async (accept: string) => {
      const { headers } = await acme.scim('get', '/Users').set('accept', accept).expect(200);
      return headers['content-type']!.split(';')[0];
    };
    expect(await typeFor('application/json')).toBe('application/json');
    expect(await typeFor('application/scim+json')).toBe('application/scim+json');
    expect(await typeFor('application/scim+json, application/json')).toBe('application/scim+json');
    expect(await typeFor('application/json, */*')).toBe('application/scim+json');
  });

  it('answers HEAD as GET, without a body', async () => {
    const id = await make();
    const answer = await acme.scim('head', `/Users/${id}`);
    expect([answer.status, answer.headers['etag'], answer.text]).toEqual([200, 'W/"1"', undefined]);
  });
});

describe('a failure', () => {
  it('of the store is 503 in SCIM, with a reference to the log and nothing of its cause', async () => {
    const own = await startScim();
    const one = await own.tenant();
    const { STORE } = await import('../../src/opened.js');
    const store = own.app.get<{ close(): Promise<void> }>(STORE);
    await store.close();
    const answer = await one.scim('get', '/Users');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(answer.body).toMatchObject({ status: '503', detail: expect.stringMatching(/\([0-9a-f]{12}\)$/) });
    await own.close();
  });
});

function membersOf(group: { members?: { value: string }[] }): string[] {
  return (group.members ?? []).map(({ value }) => value).toSorted();
}
