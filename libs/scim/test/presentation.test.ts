import { describe, expect, it } from 'vitest';
import {
  errorBody,
  etagOf,
  listResponse,
  presentGroup,
  presentUser,
  projectionOf,
  resourceTypes,
  schemas,
  ScimError,
  serviceProviderConfig,
  uris,
  versionsIn,
  wantsGroups,
  wantsMembers,
} from '../src/index.js';
import { alice, enterprise } from './patch-op.js';
import { refusal } from './refusal.js';

const baseUrl = 'https://app.test/scim/v2/d1';
const stored = {
  id: 'u1',
  userName: 'alice',
  externalId: 'e-1',
  active: true,
  attributes: alice,
  version: 3,
  createdAt: Date.UTC(2026, 0, 1),
  updatedAt: Date.UTC(2026, 0, 2),
};
const shownBy = (params: object) =>
  presentUser(stored, [{ id: 'g1', displayName: 'Tools' }], { baseUrl, projection: projectionOf(params) });

describe('a user', () => {
  it('is shown with its schemas, meta and groups', () => {
    expect(presentUser(stored, [{ id: 'g/1', displayName: 'Tools' }], { baseUrl })).toEqual({
      schemas: [uris.user, enterprise],
      id: 'u1',
      ...alice,
      groups: [{ value: 'g/1', $ref: `${baseUrl}/Groups/g%2F1`, display: 'Tools', type: 'direct' }],
      meta: {
        resourceType: 'User',
        created: '2026-01-01T00:00:00.000Z',
        lastModified: '2026-01-02T00:00:00.000Z',
        location: `${baseUrl}/Users/u1`,
        version: 'W/"3"',
      },
    });
  });

  it('is as active as its row, whatever the attributes say', () => {
    expect(presentUser({ ...stored, active: false }, undefined, { baseUrl })['active']).toBe(false);
  });
});

describe('attributes and excludedAttributes (RFC 7644, section 3.9)', () => {
  const always = { schemas: [uris.user], id: 'u1' };

  it.each<[string, object]>([
    ['userName', { userName: 'alice' }],
    ['USERNAME, nosuch,', { userName: 'alice' }],
    [`${uris.user}:userName`, { userName: 'alice' }],
    ['name.givenName,name.nosuch', { name: { givenName: 'Alice' } }],
    ['name', { name: { givenName: 'Alice', familyName: 'Ames' } }],
    ['emails.value', { emails: [{ value: 'alice@acme.test' }, { value: 'alice@home.test' }] }],
    ['meta.version', { meta: { version: 'W/"3"' } }],
    ['id', {}],
    ['nosuch', {}],
    ['groups.display', { groups: [{ display: 'Tools' }] }],
    ['__proto__', {}],
  ])('only %s', (attributes, shown) => expect(shownBy({ attributes })).toEqual({ ...always, ...shown }));

  it('only parts of an extension, whose schema is named then', () => {
    expect(shownBy({ attributes: `${enterprise}:department` })).toEqual({
      schemas: [uris.user, enterprise],
      id: 'u1',
      [enterprise]: { department: 'Tools' },
    });
    expect(shownBy({ attributes: [enterprise] })[enterprise]).toEqual(alice[enterprise]);
  });

  it('without what is excluded, but for what is always returned', () => {
    const shown = shownBy({
      excludedAttributes: `id,schemas,emails,name.givenName,groups,${enterprise}:manager`,
    });
    expect(shown).toMatchObject({ id: 'u1', userName: 'alice', name: { familyName: 'Ames' } });
    expect(shown.schemas).toEqual([uris.user, enterprise]);
    expect(shown).not.toHaveProperty('emails');
    expect(shown).not.toHaveProperty('groups');
    expect(shown[enterprise]).toEqual({ department: 'Tools' });
    expect(shownBy({ excludedAttributes: enterprise }).schemas).toEqual([uris.user]);
  });

  it('says whether rows need be read', () => {
    expect(wantsMembers(projectionOf({}))).toBe(true);
    expect(wantsMembers(projectionOf({ excludedAttributes: 'Members' }))).toBe(false);
    expect(wantsMembers(projectionOf({ attributes: 'displayName' }))).toBe(false);
    expect(wantsMembers(projectionOf({ attributes: 'members.value' }))).toBe(true);
    expect(wantsGroups(projectionOf({ attributes: 'userName' }))).toBe(false);
    expect(wantsGroups(projectionOf({ attributes: `${uris.user}:groups` }))).toBe(true);
  });

  it('looks each attribute up, and not each name: 200 of them over a page of 1 000 users', () => {
    const attributes = Array.from({ length: 200 }, (_, at) => `emails.x${at}`);
    const emails = Array.from({ length: 100 }, (_, at) => ({ value: `${at}`, type: 'work' }));
    const user = { id: 'u', userName: 'a', active: true, version: 1, createdAt: 0, updatedAt: 0 };
    const one = { ...user, attributes: { userName: 'a', active: true, emails } };
    const began = performance.now();
    const projection = projectionOf({ attributes });
    for (let at = 0; at < 1000; at++) presentUser(one, [], { baseUrl, projection });
    const long = projectionOf({ attributes: [`urn:${'a:'.repeat(500_000)}`] });
    expect(presentUser(one, [], { baseUrl, projection: long })).not.toHaveProperty('emails');
    expect(performance.now() - began).toBeLessThan(2500);
  });

  it('takes no more than 200 names', () => {
    const attributes = Array.from({ length: 201 }, (_, at) => `a${at}`);
    expect(refusal(() => projectionOf({ attributes }))).toMatchObject({ status: 400 });
    expect(refusal(() => projectionOf({ attributes: attributes.join(',') }))).toMatchObject({ status: 400 });
  });
});

describe('a group', () => {
  const group = { id: 'g1', displayName: 'Tools', version: 1, createdAt: 0, updatedAt: 0 };

  it('shows who belongs to it, with a reference to those who are known', () => {
    const members = [
      { value: 'u1', user: 'u1', type: 'User', display: 'Alice' },
      { value: 'unknown', type: 'User' },
    ] as const;
    expect(presentGroup(group, members, { baseUrl })['members']).toEqual([
      { value: 'u1', $ref: `${baseUrl}/Users/u1`, type: 'User', display: 'Alice' },
      { value: 'unknown', type: 'User' },
    ]);
    expect(presentGroup(group, undefined, { baseUrl })).not.toHaveProperty('members');
  });
});

describe('lists', () => {
  it('by index say where they begin', () => {
    expect(listResponse({ total: 7, next: 'more' }, { startIndex: 3 }, [1, 2])).toEqual({
      schemas: [uris.listResponse],
      totalResults: 7,
      itemsPerPage: 2,
      startIndex: 3,
      Resources: [1, 2],
    });
  });

  it('by cursor say what follows (RFC 9865)', () => {
    expect(listResponse({ total: 7, next: 'more' }, {}, [1])).toMatchObject({
      totalResults: 7,
      nextCursor: 'more',
    });
    const last = listResponse({}, {}, []);
    expect(Object.keys(last)).toEqual(['schemas', 'itemsPerPage', 'Resources']);
  });
});

describe('entity tags', () => {
  it('are weak, and compared weakly', () => {
    expect(etagOf(3)).toBe('W/"3"');
    expect(versionsIn('W/"3", "4"')).toEqual([3, 4]);
    expect(versionsIn('*')).toBeUndefined();
    expect(versionsIn(undefined)).toBeUndefined();
  });

  it.each(['', '3', 'W/3', '"x"', `"${'9'.repeat(30)}"`])('%s allows no version', (header) => {
    expect(versionsIn(header)).toEqual([]);
  });
});

it('errors are as in RFC 7644, section 3.12', () => {
  expect(errorBody(new ScimError(400, 'invalidFilter', 'why'))).toEqual({
    schemas: [uris.error],
    status: '400',
    scimType: 'invalidFilter',
    detail: 'why',
  });
  expect(errorBody({ status: 404, detail: 'gone' })).not.toHaveProperty('scimType');
});

describe('discovery', () => {
  it('says what there is', () => {
    expect(serviceProviderConfig(baseUrl, { maxOperations: 10, maxPayloadSize: 20 })).toMatchObject({
      schemas: [uris.serviceProviderConfig],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 10, maxPayloadSize: 20 },
      filter: { supported: true, maxResults: 1000 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', maxPageSize: 1000 },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
  });

  it('resource types name their schemas, and each schema is there', () => {
    const ids = schemas(baseUrl).map(({ id }) => id);
    expect(ids).toEqual([uris.user, enterprise, uris.group]);
    for (const type of resourceTypes(baseUrl)) {
      expect(ids).toContain(type['schema']);
      expect(type['meta']).toMatchObject({ location: `${baseUrl}/ResourceTypes/${type.id}` });
    }
  });

  it('schemas give each attribute all its characteristics', () => {
    const attributes = schemas(baseUrl).flatMap(
      (schema) => schema['attributes'] as Record<string, unknown>[],
    );
    const all = attributes.flatMap((one) => [
      one,
      ...((one['subAttributes'] ?? []) as Record<string, unknown>[]),
    ]);
    expect(all.length).toBeGreaterThan(80);
    const characteristics = [
      'name',
      'type',
      'multiValued',
      'description',
      'required',
      'mutability',
      'returned',
    ];
    for (const one of all) expect(Object.keys(one)).toEqual(expect.arrayContaining(characteristics));
    expect(attributes.find(({ name }) => name === 'password')).toMatchObject({
      mutability: 'writeOnly',
      returned: 'never',
    });
    expect(attributes.find(({ name }) => name === 'userName')).toMatchObject({
      required: true,
      uniqueness: 'server',
      caseExact: false,
    });
  });
});
