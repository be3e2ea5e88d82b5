import { expect, it } from 'vitest';
import { BULK, ERROR, GROUP, PATCH, ScimClient, USER, type Answer } from './scim-client.js';
import { onEachStore, type ScimDirectory } from './scim-host.js';

onEachStore('RFC 7644, section 2: who may ask', (host) => {
  it("no token, a wrong one, another directory's, an admin's: the same 401, whatever is asked", async () => {
    const [own, other] = [await host().directory(), await host().directory()];
    const { id } = await own.scim.user('alice');
    const strangers: Record<string, string | undefined> = {
      none: undefined,
      wrong: 'scim_wrong',
      foreign: other.token,
      'cut short': own.token.slice(0, -1),
      'with more': `${own.token}x`,
      'in another case': own.token.toUpperCase(),
      admin: 'service-key-for-scim-tests-0123456789',
    };
    const seen = new Map<string, string>();
    for (const [name, token] of Object.entries(strangers)) {
      for (const answer of await Promise.all(everything(new ScimClient(own.baseUrl, token), id))) {
        expect([name, answer.status, answer.body['schemas']]).toEqual([name, 401, [ERROR]]);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
        seen.set(answer.text, name);
      }
    }
    expect([...seen.keys()]).toHaveLength(1);
    expect(await own.scim.found('Users', 'userName pr')).toEqual(['alice']);
    expect((await own.scim.get('/Groups')).body['totalResults']).toBe(0);
  });

  it('a directory that there is not answers as one whose token is wrong', async () => {
    const own = await host().directory();
    const wrong = await new ScimClient(own.baseUrl, 'scim_wrong').get('/Users');
    for (const name of ['nobody', 'dir_0', `${own.id}x`, '%00', 'a%2Fb']) {
      const base = own.baseUrl.replace(own.id, name);
      const { status, text } = await new ScimClient(base, own.token).get('/Users');
      expect([name, status, text]).toEqual([name, 401, wrong.text]);
    }
  });

  it.each(['Basic', 'bearer-ish', 'Token'])('a token under %s is none', async (scheme) => {
    const { baseUrl, token } = await host().directory();
    const headers = { authorization: `${scheme} ${token}` };
    expect((await new ScimClient(baseUrl, undefined).get('/Users', {}, { headers })).status).toBe(401);
  });

  it('RFC 9110, section 11.1: the scheme is read in any case', async () => {
    const { baseUrl, token } = await host().directory();
    const headers = { authorization: `bearer ${token}` };
    expect((await new ScimClient(baseUrl, undefined).get('/Users', {}, { headers })).status).toBe(200);
  });

  it('a token in the address is none', async () => {
    const { baseUrl, token } = await host().directory();
    const answer = await new ScimClient(baseUrl, undefined).get('/Users', { access_token: token, token });
    expect(answer.status).toBe(401);
  });

  it('two tokens open the same directory until one is revoked, and there is no third', async () => {
    const directory = await host().directory();
    const second = await directory.issueToken();
    await expect(directory.issueToken()).rejects.toThrow(/409/);
    await directory.scim.user('alice');
    const renewed = new ScimClient(directory.baseUrl, second.token);
    expect((await renewed.get('/Users')).body['totalResults']).toBe(1);
    const path = `/organizations/${directory.organization}/directories/${directory.id}/tokens/${second.id}`;
    await host().admin.call('DELETE', path, undefined, 204);
    expect((await renewed.get('/Users')).status).toBe(401);
    expect((await directory.scim.get('/Users')).status).toBe(200);
  });

  it('a deleted directory opens to nobody', async () => {
    const { organization, id, scim } = await host().directory();
    await host().admin.call('DELETE', `/organizations/${organization}/directories/${id}`, undefined, 204);
    expect((await scim.get('/Users')).status).toBe(401);
  });

  it('ids of another directory of the same organization are 404, in every way to ask', async () => {
    const own = await host().directory();
    const other = await host().directory({ organization: own.organization, domain: own.domain });
    await own.scim.user('alice');
    const { id: bob } = await other.scim.user('bob');
    const { id: group } = await other.scim.group('Others', [bob]);
    const tried = [
      own.scim.get(`/Users/${bob}`),
      own.scim.put(`/Users/${bob}`, { schemas: [USER], userName: 'mine' }),
      own.scim.patch(`/Users/${bob}`, [{ op: 'replace', path: 'active', value: false }]),
      own.scim.delete(`/Users/${bob}`),
      own.scim.get(`/Groups/${group}`),
      own.scim.put(`/Groups/${group}`, { schemas: [GROUP], displayName: 'mine', members: [] }),
      own.scim.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members' }]),
      own.scim.delete(`/Groups/${group}`),
    ];
    for (const { status, body } of await Promise.all(tried))
      expect([status, body['schemas']]).toEqual([404, [ERROR]]);
    const { body } = await own.scim.post('/Bulk', {
      schemas: [BULK],
      Operations: [
        { method: 'DELETE', path: `/Users/${bob}` },
        {
          method: 'PATCH',
          path: `/Groups/${group}`,
          data: { schemas: [PATCH], Operations: [{ op: 'remove', path: 'members' }] },
        },
      ],
    });
    expect(body['Operations']).toMatchObject([{ status: '404' }, { status: '404' }]);
    expect(await own.scim.found('Users', `id eq "${bob}" or userName pr`)).toEqual(['alice']);
    expect(await own.scim.found('Users', `groups.value eq "${group}"`)).toEqual([]);
    expect(await other.scim.membersOf(group)).toEqual([bob]);
  });

  it('what an organization does is not seen in another', async () => {
    const [own, other]: ScimDirectory[] = [await host().directory(), await host().directory()];
    await own!.scim.user('alice', { emails: [{ value: `alice@${own!.domain}`, primary: true }] });
    expect(await other!.member(`alice@${own!.domain}`)).toBeUndefined();
  });
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

// On a host of its own: an address that shows wrong tokens is made to wait after a hundred.
onEachStore('RFC 7644, section 2: time', (host) => {
  it('wrong and foreign tokens take as long as each other', async () => {
    const [own, other] = [await host().directory(), await host().directory()];
    const wrong = new ScimClient(own.baseUrl, `scim_${'x'.repeat(own.token.length - 5)}`);
    const foreign = new ScimClient(own.baseUrl, other.token);
    const times = new Map<ScimClient, number[]>([
      [wrong, []],
      [foreign, []],
    ]);
    for (let turn = 0; turn < 45; turn++) {
      for (const [client, taken] of times) {
        const begun = performance.now();
        await client.get('/Users');
        taken.push(performance.now() - begun);
      }
    }
    const [one, two] = [...times.values()].map(median);
    expect(Math.max(one!, two!) / Math.min(one!, two!)).toBeLessThan(2);
  });
});

function everything(scim: ScimClient, id: string): readonly Promise<Answer>[] {
  return [
    scim.get('/Users'),
    scim.get(`/Users/${id}`),
    scim.get('/ServiceProviderConfig'),
    scim.get('/Robots'),
    scim.post('/Users', { schemas: [USER], userName: 'intruder' }),
    scim.put(`/Users/${id}`, { schemas: [USER], userName: 'intruder' }),
    scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]),
    scim.delete(`/Users/${id}`),
    scim.post('/Users/.search', { schemas: [] }),
    scim.post('/Groups', { schemas: [GROUP], displayName: 'intruders' }),
    scim.post('/Bulk', { schemas: [BULK], Operations: [] }),
    scim.send('POST', '/Users', { raw: '{' }),
  ];
}
