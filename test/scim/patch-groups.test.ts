import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR, must, type Json, type ScimClient } from './scim-client.js';
import { onEachStore } from './scim-host.js';

onEachStore('RFC 7644, section 3.5.2: PATCH of groups', (host) => {
  let scim: ScimClient;
  let people = 0;
  beforeAll(async () => {
    ({ scim } = await host().directory());
  });

  /** Three people; a group with Alice and Bob. */
  async function acme() {
    const ids: Record<string, string> = {};
    for (const name of ['alice', 'bob', 'carol'])
      ids[name] = (await scim.user(`${name}-${++people}`))['id'] as string;
    const { id } = await scim.group('Engineering', [ids['alice']!, ids['bob']!], { externalId: 'g-1' });
    const patch = (...operations: readonly Json[]) => scim.patch(`/Groups/${id}`, operations);
    const names = async () => {
      const members = await scim.membersOf(id);
      return members
        .map((member) => Object.keys(ids).find((name) => ids[name] === member) ?? member)
        .toSorted();
    };
    return {
      id: id as string,
      ids: ids as Record<'alice' | 'bob' | 'carol', string>,
      patch,
      names,
    };
  }

  type Ids = Awaited<ReturnType<typeof acme>>['ids'];
  it.each<[string, (ids: Ids) => readonly Json[], string]>([
    [
      'add one',
      ({ carol }) => [{ op: 'add', path: 'members', value: [{ value: carol }] }],
      'alice bob carol',
    ],
    [
      'add one that is no list',
      ({ carol }) => [{ op: 'add', path: 'members', value: { value: carol } }],
      'alice bob carol',
    ],
    ['add who is there', ({ bob }) => [{ op: 'add', path: 'members', value: [{ value: bob }] }], 'alice bob'],
    [
      'add without a path',
      ({ carol }) => [{ op: 'add', value: { members: [{ value: carol }] } }],
      'alice bob carol',
    ],
    [
      'add one twice',
      ({ carol }) => [{ op: 'add', path: 'members', value: [{ value: carol }, { value: carol }] }],
      'alice bob carol',
    ],
    ['add nobody', () => [{ op: 'add', path: 'members', value: [] }], 'alice bob'],
    ['remove by filter', ({ bob }) => [{ op: 'remove', path: `members[value eq "${bob}"]` }], 'alice'],
    [
      'remove by filter in any case',
      ({ bob }) => [{ op: 'Remove', path: `Members[Value EQ "${bob}"]` }],
      'alice',
    ],
    [
      'remove two by filter',
      ({ alice, bob }) => [{ op: 'remove', path: `members[value eq "${alice}" or value eq "${bob}"]` }],
      '',
    ],
    ['remove by value', ({ bob }) => [{ op: 'remove', path: 'members', value: [{ value: bob }] }], 'alice'],
    ['remove all', () => [{ op: 'remove', path: 'members' }], ''],
    [
      'remove who is not there',
      ({ carol }) => [{ op: 'remove', path: 'members', value: [{ value: carol }] }],
      'alice bob',
    ],
    ['replace', ({ carol }) => [{ op: 'replace', path: 'members', value: [{ value: carol }] }], 'carol'],
    ['replace by nobody', () => [{ op: 'replace', path: 'members', value: [] }], ''],
    [
      'replace without a path',
      ({ carol }) => [{ op: 'replace', value: { members: [{ value: carol }] } }],
      'carol',
    ],
    ['replace without `members`', () => [{ op: 'replace', value: { displayName: 'Builders' } }], 'alice bob'],
    [
      'remove and add in their order',
      ({ alice, carol }) => [
        { op: 'remove', path: 'members' },
        { op: 'add', path: 'members', value: [{ value: carol }] },
        { op: 'add', path: 'members', value: [{ value: alice }] },
        { op: 'remove', path: `members[value eq "${carol}"]` },
      ],
      'alice',
    ],
    ['rename', () => [{ op: 'replace', path: 'displayName', value: 'Builders' }], 'alice bob'],
  ])('%s', async (_, operations, expected) => {
    const { ids, patch, names } = await acme();
    must(await patch(...operations(ids)), 200, 204);
    expect((await names()).join(' ')).toBe(expected);
  });

  it("names and the IdP's key change, and the key goes", async () => {
    const { id, patch } = await acme();
    must(
      await patch(
        { op: 'Replace', path: 'displayName', value: 'B' },
        { op: 'Replace', path: 'externalId', value: 'g-2' },
      ),
      200,
      204,
    );
    expect(await scim.read(`/Groups/${id}`)).toMatchObject({ displayName: 'B', externalId: 'g-2' });
    must(await patch({ op: 'remove', path: 'externalId' }), 200, 204);
    expect(await scim.read(`/Groups/${id}`)).not.toHaveProperty('externalId');
  });

  it('what changes nothing leaves version and instant', async () => {
    const { id, ids, patch } = await acme();
    const { meta } = await scim.read(`/Groups/${id}`);
    must(await patch({ op: 'add', path: 'members', value: [{ value: ids.alice }] }), 200, 204);
    must(await patch({ op: 'remove', path: `members[value eq "${ids.carol}"]` }), 200, 204);
    must(await patch({ op: 'replace', value: { id, displayName: 'Engineering' } }), 200, 204);
    expect((await scim.read(`/Groups/${id}`))['meta']).toEqual(meta);
  });

  it('3.5.2: 204 or the group, and its new ETag', async () => {
    const { id, ids, patch } = await acme();
    const answer = await patch({ op: 'add', path: 'members', value: [{ value: ids.carol }] });
    expect([200, 204]).toContain(answer.status);
    expect(answer.headers.get('etag')).toBe((await scim.read(`/Groups/${id}`))['meta'].version);
  });

  describe('members that are not known yet', () => {
    it('are kept, and are the user once there is one', async () => {
      const { id, patch } = await acme();
      must(await patch({ op: 'replace', path: 'members', value: [{ value: 'EXT-dave' }] }), 200, 204);
      expect(await scim.membersOf(id)).toEqual(['EXT-dave']);
      const dave = await scim.user('dave', { externalId: 'EXT-dave' });
      expect(await scim.membersOf(id)).toEqual([dave['id']]);
      expect((await scim.read(`/Users/${dave['id']}`))['groups']).toMatchObject([{ value: id }]);
    });

    it('a user of another directory stays nobody', async () => {
      const other = await host().directory();
      const { id: stranger } = await other.scim.user('stranger', { displayName: 'Secret Name' });
      const { id, patch } = await acme();
      must(await patch({ op: 'add', path: 'members', value: [{ value: stranger }] }), 200, 204);
      expect(JSON.stringify(await scim.read(`/Groups/${id}`))).not.toContain('Secret Name');
      expect((await other.scim.read(`/Users/${stranger}`))['groups'] ?? []).toEqual([]);
    });

    it('a group in a group is kept and shown', async () => {
      const { id, patch } = await acme();
      const { id: inner } = await scim.group('Inner');
      must(
        await patch({ op: 'replace', path: 'members', value: [{ value: inner, type: 'Group' }] }),
        200,
        204,
      );
      expect((await scim.read(`/Groups/${id}`))['members']).toMatchObject([{ value: inner, type: 'Group' }]);
    });
  });

  describe('what is not understood is 400 and changes nothing', () => {
    it.each<[string, unknown]>([
      ['an unknown operation', { op: 'copy', path: 'members', value: [] }],
      ['remove without a path', { op: 'remove' }],
      ['members without a value', { op: 'add', path: 'members', value: [{ display: 'x' }] }],
      ['members that are a text', { op: 'add', path: 'members', value: 'x' }],
      ['members that are texts', { op: 'replace', path: 'members', value: [7] }],
      ['members that are null, replaced', { op: 'replace', path: 'members' }],
      ['an unknown attribute', { op: 'replace', path: 'nobodyKnows', value: 'x' }],
      ['an unknown attribute without a path', { op: 'replace', value: { nobodyKnows: [] } }],
      ['nobody in particular, removed', { op: 'remove', path: 'members', value: [] }],
      ['a filter on what members do not have', { op: 'remove', path: 'members[nothing eq "x"]' }],
      ['a broken filter', { op: 'remove', path: 'members[value eq' }],
      ['a filter with another comparison', { op: 'remove', path: 'members[value co ""]' }],
      ['a sub-attribute of a member', { op: 'replace', path: 'members.value', value: 'x' }],
      ['an empty displayName', { op: 'replace', path: 'displayName', value: '' }],
      ['a displayName removed', { op: 'remove', path: 'displayName' }],
      ['a displayName that is a list', { op: 'replace', path: 'displayName', value: ['x'] }],
      ['`id`', { op: 'replace', path: 'id', value: 'x' }],
      ['`meta`', { op: 'remove', path: 'meta' }],
    ])('%s', async (_, operation) => {
      const { id, ids } = await acme();
      const was = await scim.read(`/Groups/${id}`);
      const { status, body } = await scim.patch(`/Groups/${id}`, [
        { op: 'replace', path: 'displayName', value: 'changed' },
        { op: 'add', path: 'members', value: [{ value: ids.carol }] },
        operation,
      ]);
      expect(body).toMatchObject({ schemas: [ERROR], status: '400', scimType: expect.any(String) });
      expect(status).toBe(400);
      expect(await scim.read(`/Groups/${id}`)).toEqual(was);
    });
  });
});
