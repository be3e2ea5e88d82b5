import { expect, it } from 'vitest';
import { BULK, ERROR, GROUP, must, PATCH, SEARCH, USER, type Answer, type Json } from './scim-client.js';
import { onEachStore } from './scim-host.js';

onEachStore('bad input', (host) => {
  it.each([
    ['nothing', ''],
    ['a bracket', '{'],
    ['a text', '"user"'],
    ['a number', '7'],
    ['null', 'null'],
    ['a list', '[]'],
    ['XML', '<User/>'],
    ['two documents', '{}{}'],
    ['a trailing comma', '{"schemas":["a"],}'],
    ['bytes that are no UTF-8', '{"userName":"\uFFFD'],
  ])('a body that is %s is 400', async (_, raw) => {
    const { scim } = await host().directory();
    const { id } = await scim.user('alice');
    for (const [method, path] of [
      ['POST', '/Users'],
      ['POST', '/Groups'],
      ['PUT', `/Users/${id}`],
      ['PATCH', `/Users/${id}`],
      ['POST', '/Bulk'],
      ['POST', '/Users/.search'],
    ] as const) {
      expectError(await scim.send(method, path, { raw }), 400);
    }
    expect((await scim.get('/Users')).body['totalResults']).toBe(1);
  });

  it('malformed JSON is invalidSyntax', async () => {
    const { scim } = await host().directory();
    expect((await scim.send('POST', '/Users', { raw: '{"userName":' })).body['scimType']).toBe(
      'invalidSyntax',
    );
  });

  it.each([
    '__proto__',
    '__proto__.polluted',
    'constructor',
    'constructor.prototype.polluted',
    'prototype.polluted',
    'name.__proto__.polluted',
    'name.__proto__',
    'emails[type eq "work"].__proto__',
    'emails[__proto__ eq "work"].value',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:__proto__',
    '__proto__[x eq 1].polluted',
    'toString',
    'hasOwnProperty',
  ])('a path through prototypes is 400 and touches none: %s', async (path) => {
    const { scim } = await host().directory();
    const { id } = await scim.user('alice', { emails: [{ value: 'a@acme.test', type: 'work' }] });
    const was = await scim.read(`/Users/${id}`);
    for (const op of ['add', 'replace']) {
      expectError(await scim.patch(`/Users/${id}`, [{ op, path, value: { polluted: 'yes' } }]), 400);
      expectError(await scim.patch(`/Users/${id}`, [{ op, path, value: 'yes' }]), 400);
    }
    expectError(await scim.patch(`/Users/${id}`, [{ op: 'remove', path }]), 400);
    expect(await scim.read(`/Users/${id}`)).toEqual(was);
    expectClean();
  });

  it('keys of bodies that are prototypes are no attributes and touch none', async () => {
    const { scim } = await host().directory();
    const hostile =
      '"__proto__":{"polluted":"yes","active":false},"constructor":{"prototype":{"polluted":"yes"}}';
    const raw = `{"schemas":["${USER}"],"userName":"alice",${hostile},"name":{${hostile}},"emails":[{"value":"a@acme.test",${hostile}}]}`;
    const created = await scim.send('POST', '/Users', { raw });
    expect([201, 400]).toContain(created.status);
    const { id } = created.status === 201 ? created.body : await scim.user('alice');
    expect((await scim.read(`/Users/${id}`))['active']).toBe(true);
    for (const text of [
      `{"schemas":["${PATCH}"],"Operations":[{"op":"replace","value":{${hostile}}}]}`,
      `{"schemas":["${PATCH}"],"Operations":[{"op":"add","path":"name","value":{${hostile}}}]}`,
    ]) {
      await scim.send('PATCH', `/Users/${id}`, { raw: text });
    }
    expect((await scim.get(`/Users/${id}`)).text).not.toContain('polluted');
    expectClean();
  });

  it('50 000 operations are refused at once, and none is done', async () => {
    const { scim } = await host().directory();
    const { id } = await scim.group('Engineering');
    const Operations = Array.from({ length: 50_000 }, (_, at) => ({
      op: 'add',
      path: 'members',
      value: [{ value: `user-${at}` }],
    }));
    const begun = performance.now();
    expectError(
      await scim.send('PATCH', `/Groups/${id}`, { body: { schemas: [PATCH], Operations } }),
      400,
      413,
    );
    const bulk = Operations.map((_, at) => ({ method: 'DELETE', path: `/Users/${at}` }));
    expectError(await scim.post('/Bulk', { schemas: [BULK], Operations: bulk }), 400, 413);
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect(await scim.membersOf(id)).toEqual([]);
  });

  it.each([
    ['brackets', (deep: number) => `${'('.repeat(deep)}userName pr${')'.repeat(deep)}`],
    ['not', (deep: number) => `${'not ('.repeat(deep)}userName pr${')'.repeat(deep)}`],
    ['value filters', (deep: number) => `emails[${'('.repeat(deep)}type pr${')'.repeat(deep)}]`],
    ['open brackets', (deep: number) => '('.repeat(deep)],
    ['and', (deep: number) => Array(deep).fill('userName pr').join(' and ')],
    ['or in brackets', (deep: number) => `${'(userName pr or '.repeat(deep)}userName pr${')'.repeat(deep)}`],
  ])('a filter 10 000 deep in %s is refused at once', async (_, make) => {
    const { scim } = await host().directory();
    await scim.user('alice');
    const filter = make(10_000);
    const begun = performance.now();
    expectError(await scim.post('/Users/.search', { schemas: [SEARCH], filter }), 400, 413);
    const { id } = await scim.group('Engineering');
    const path = `members[${make(10_000).replaceAll('userName', 'value')}]`;
    expectError(await scim.patch(`/Groups/${id}`, [{ op: 'remove', path }]), 400, 413);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('a body nested 10 000 deep is refused at once', async () => {
    const { scim } = await host().directory();
    const begun = performance.now();
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
      expectError(await scim.send('POST', '/Users', { raw: deep }), 400, 413);
      const inside = `{"schemas":["${USER}"],"userName":"a","urn:x:y":${deep}}`;
      expectError(await scim.send('POST', '/Users', { raw: inside }), 400, 413);
    }
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('a body of 50 MB is 413, or the line is cut', async () => {
    const { scim } = await host().directory();
    const raw = `{"schemas":["${USER}"],"userName":"${'x'.repeat(50_000_000)}"}`;
    const answer = await scim.send('POST', '/Users', { raw }).catch(() => undefined);
    if (answer) expectError(answer, 413);
    expect((await scim.get('/Users')).body['totalResults']).toBe(0);
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['half a surrogate pair', 'a\uD800b'],
    ['the other half', 'a\uDC00b'],
  ])('text with %s is refused or cleaned, on both stores alike, and never a 500', async (_, text) => {
    const { scim } = await host().directory();
    const { id } = await scim.user('alice');
    const { id: group } = await scim.group('Engineering');
    const tried = [
      await scim.post('/Users', { schemas: [USER], userName: text }),
      await scim.post('/Users', { schemas: [USER], userName: 'title', title: text }),
      await scim.post('/Users', { schemas: [USER], userName: 'key', externalId: text }),
      await scim.post('/Users', { schemas: [USER], userName: 'custom', 'urn:x:y:z': { [text]: text } }),
      await scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: text }]),
      await scim.post('/Groups', { schemas: [GROUP], displayName: text }),
      await scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value: text }] }]),
      await scim.patch(`/Groups/${group}`, [
        { op: 'remove', path: `members[value eq ${JSON.stringify(text)}]` },
      ]),
      await scim.post('/Users/.search', { schemas: [SEARCH], filter: `userName eq ${JSON.stringify(text)}` }),
      await scim.post('/Groups/.search', {
        schemas: [SEARCH],
        filter: `displayName co ${JSON.stringify(text)}`,
      }),
      await scim.get('/Users', { cursor: '\u0000' }),
    ];
    for (const { status, text: said } of tried) expect(status, said).toBeLessThan(500);
    expect((await scim.get('/Users')).status).toBe(200);
  });

  it.each([
    ['userName', { schemas: [USER], userName: 'x'.repeat(100_000) }],
    ['externalId', { schemas: [USER], userName: 'a', externalId: 'x'.repeat(100_000) }],
    ['e-mail', { schemas: [USER], userName: 'a', emails: [{ value: `${'x'.repeat(100_000)}@acme.test` }] }],
    [
      '10 000 e-mails',
      {
        schemas: [USER],
        userName: 'a',
        emails: Array.from({ length: 10_000 }, (_, n) => ({ value: `${n}@x.test` })),
      },
    ],
  ])('a %s beyond measure is refused or kept, never a 500', async (_, body) => {
    const { scim } = await host().directory();
    const answer = await scim.post('/Users', body);
    expect([201, 400, 413]).toContain(answer.status);
    expect((await scim.get('/Users')).body['totalResults']).toBe(answer.status === 201 ? 1 : 0);
  });

  it.each([
    ['emails', [null]],
    ['emails', [[]]],
    ['emails', ['a@acme.test', 7]],
    ['emails', { value: 'a@acme.test' }],
    ['name', []],
    ['name', { givenName: { $ne: 1 } }],
    ['active', 'yes'],
    ['active', { a: 1 }],
    ['externalId', {}],
    ['externalId', 7],
    ['displayName', ['a']],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'text'],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', { manager: 7 }],
  ])('an ill-typed %s (%j) is never a 500, and what is kept can be read', async (attribute, value) => {
    const { scim } = await host().directory();
    const { status, text } = await scim.post('/Users', {
      schemas: [USER],
      userName: 'alice',
      [attribute]: value,
    });
    expect([201, 400], text).toContain(status);
    expect((await scim.get('/Users')).status).toBe(200);
  });

  it('addresses that are none of ours are 404, and never leave the directory', async () => {
    const { scim } = await host().directory();
    for (const path of [
      '/Users/../../..',
      '/Users/%2e%2e/%2e%2e/Groups',
      '//Users',
      '/Users//x',
      '/Users/%E0%A4%A',
    ]) {
      const { status } = await scim.get(path);
      expect([400, 401, 404], path).toContain(status);
    }
  });

  it('an error says what was wrong in words, without what belongs to us', async () => {
    const { scim } = await host().directory();
    const { body } = await scim.get('/Users', { filter: 'nobodyKnows eq "x"' });
    expect(body['detail']).toContain('nobodyKnows');
    const { body: taken } = await scim
      .user('alice')
      .then(() => scim.post('/Users', { schemas: [USER], userName: 'alice' }));
    expect(taken['detail']).toMatch(/userName/);
  });

  it('the app lives on after all of it', async () => {
    const { scim } = await host().directory();
    must(await scim.get('/Users'), 200);
  });
});

function expectClean(): void {
  expect(({} as Json)['polluted']).toBeUndefined();
  expect(([] as unknown as Json)['polluted']).toBeUndefined();
  expect((Object as unknown as Json)['polluted']).toBeUndefined();
}

function expectError(answer: Answer, ...statuses: number[]): void {
  expect(statuses, answer.text).toContain(answer.status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
  expect(answer.body).toMatchObject({
    schemas: [ERROR],
    status: String(answer.status),
    detail: expect.any(String),
  });
  expect(answer.text).not.toMatch(/node_modules|\bat \/|SQLITE|syntax error|libs\//);
}
