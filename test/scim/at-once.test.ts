import { expect, it } from 'vitest';
import { must, USER } from './scim-client.js';
import { onEachStore } from './scim-host.js';

const clients = 16;
const each = <T>(act: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: clients }, (_, at) => act(at)));

onEachStore('many at once', (host) => {
  async function acme() {
    const directory = await host().directory({
      mappings: [{ claim: 'groups', value: 'Engineering', role: 'org-member' }],
    });
    const { scim, domain } = directory;
    const address = (at: number) => `user-${at}@${domain}`;
    const ids: string[] = [];
    for (let at = 0; at < clients; at++) {
      const emails = [{ value: address(at), type: 'work', primary: true }];
      ids.push((await scim.user(address(at), { emails }))['id'] as string);
    }
    return { ...directory, ids, address };
  }

  it('S12: 16 clients add one member each to one group: none is lost, and all have the role', async () => {
    const { scim, ids, address, roles } = await acme();
    const { id } = await scim.group('Engineering');
    const answers = await each((at) =>
      scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: ids[at] }] }]),
    );
    for (const answer of answers) must(answer, 200, 204);
    expect(await scim.membersOf(id)).toEqual(ids.toSorted());
    for (let at = 0; at < clients; at++) expect(await roles(address(at))).toEqual(['org-member']);
  });

  it('half of them remove while half add', async () => {
    const { scim, ids, address, roles } = await acme();
    const { id } = await scim.group(
      'Engineering',
      ids.filter((_, at) => at % 2 === 0),
    );
    const answers = await each((at) =>
      scim.patch(`/Groups/${id}`, [
        at % 2 === 0
          ? { op: 'remove', path: `members[value eq "${ids[at]}"]` }
          : { op: 'add', path: 'members', value: [{ value: ids[at] }] },
      ]),
    );
    for (const answer of answers) must(answer, 200, 204);
    expect(await scim.membersOf(id)).toEqual(ids.filter((_, at) => at % 2 === 1).toSorted());
    for (let at = 0; at < clients; at++) {
      expect(await roles(address(at))).toEqual(at % 2 === 1 ? ['org-member'] : []);
    }
  });

  it('3.14: of 16 with one ETag, one is heard', async () => {
    const { scim } = await host().directory();
    const { id, meta } = await scim.group('Engineering');
    const answers = await each((at) =>
      scim.patch(`/Groups/${id}`, [{ op: 'replace', path: 'displayName', value: `name-${at}` }], {
        'if-match': meta.version,
      }),
    );
    for (const answer of answers) must(answer, 200, 204, 412);
    expect(answers.filter(({ status }) => status !== 412)).toHaveLength(1);
  });

  it('of 16 that create one userName, in one case or another, one does', async () => {
    const { scim } = await host().directory();
    const answers = await each((at) =>
      scim.post('/Users', { schemas: [USER], userName: at % 2 === 0 ? 'Alice' : 'ALICE' }),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([201, ...Array(clients - 1).fill(409)]);
    expect((await scim.get('/Users')).body['totalResults']).toBe(1);
  });

  it('one person in 16 groups at once is in all of them', async () => {
    const { scim, ids, address, roles } = await acme();
    const groups: string[] = [];
    for (let at = 0; at < clients; at++) {
      groups.push((await scim.group(at === 7 ? 'Engineering' : `g-${at}`))['id'] as string);
    }
    const add = [{ op: 'add', path: 'members', value: [{ value: ids[0] }] }];
    for (const answer of await each((at) => scim.patch(`/Groups/${groups[at]}`, add))) must(answer, 200, 204);
    expect((await scim.read(`/Users/${ids[0]}`))['groups']).toHaveLength(clients);
    expect(await roles(address(0))).toEqual(['org-member']);
  });

  it('deactivation beside changes of groups leaves nobody with a role', async () => {
    const { scim, ids, address, roles, member } = await acme();
    const { id } = await scim.group('Engineering');
    await each(async (at) => {
      const person = ids[Math.floor(at / 2)];
      return at % 2 === 0
        ? scim.patch(`/Users/${person}`, [{ op: 'replace', value: { active: false } }])
        : scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: [{ value: person }] }]);
    });
    for (let at = 0; at < clients / 2; at++) {
      expect((await member(address(at)))?.['status']).toBe('deprovisioned');
      expect(await roles(address(at))).toEqual([]);
    }
    expect(await scim.membersOf(id)).toHaveLength(clients / 2);
  });
});
