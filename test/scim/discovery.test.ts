import { expect, it } from 'vitest';
import { ENTERPRISE, ERROR, GROUP, LIST, must, USER, type Json } from './scim-client.js';
import { onEachStore } from './scim-host.js';

onEachStore('RFC 7644, section 4: discovery', (host) => {
  it('4: ServiceProviderConfig says what is so', async () => {
    const { scim } = await host().directory();
    const config = await scim.read('/ServiceProviderConfig');
    expect(config).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      filter: { supported: true, maxResults: expect.any(Number) },
      sort: { supported: true },
      etag: { supported: true },
      changePassword: { supported: false },
      bulk: { supported: true, maxOperations: expect.any(Number), maxPayloadSize: expect.any(Number) },
      meta: { resourceType: 'ServiceProviderConfig', location: `${scim.base}/ServiceProviderConfig` },
    });
    expect(config['authenticationSchemes']).toMatchObject([{ type: 'oauthbearertoken' }]);
  });

  it('RFC 9865, section 4: ServiceProviderConfig names both ways of paging', async () => {
    const { scim } = await host().directory();
    const { pagination, filter } = await scim.read('/ServiceProviderConfig');
    expect(pagination).toMatchObject({ cursor: true, index: true, defaultPaginationMethod: 'index' });
    expect(pagination.maxPageSize).toBeLessThanOrEqual(filter.maxResults);
    expect(pagination.defaultPageSize).toBeLessThanOrEqual(pagination.maxPageSize);
  });

  it('4: as many results as filter.maxResults allows, and no more', async () => {
    const { scim } = await host().directory();
    const { filter } = await scim.read('/ServiceProviderConfig');
    await scim.user('alice@acme.test');
    const { itemsPerPage } = must(await scim.get('/Users', { count: filter.maxResults + 1 }), 200);
    expect(itemsPerPage).toBe(1);
  });

  it('4: ResourceTypes are a list, and each is there by its name', async () => {
    const { scim } = await host().directory();
    const { schemas, Resources, totalResults } = await scim.read('/ResourceTypes');
    expect([schemas, totalResults]).toEqual([[LIST], 2]);
    expect((Resources as Json[]).map(({ id }) => id).toSorted()).toEqual(['Group', 'User']);
    const user = await scim.read('/ResourceTypes/User');
    expect(user).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
      name: 'User',
      endpoint: '/Users',
      schema: USER,
      schemaExtensions: [{ schema: ENTERPRISE, required: false }],
      meta: { resourceType: 'ResourceType', location: `${scim.base}/ResourceTypes/User` },
    });
    expect(await scim.read('/ResourceTypes/Group')).toMatchObject({ endpoint: '/Groups', schema: GROUP });
    expect(Resources).toContainEqual(user);
  });

  it('4: Schemas are a list, and each is there by its URN', async () => {
    const { scim } = await host().directory();
    const { schemas, Resources } = await scim.read('/Schemas');
    expect(schemas).toEqual([LIST]);
    for (const urn of [USER, GROUP, ENTERPRISE]) {
      const schema = await scim.read(`/Schemas/${urn}`);
      expect(schema).toMatchObject({ id: urn, meta: { resourceType: 'Schema' } });
      expect(Resources).toContainEqual(schema);
    }
  });

  it('RFC 7643, section 7: schemas describe each attribute, and `userName` and `displayName` as they are kept', async () => {
    const { scim } = await host().directory();
    for (const urn of [USER, GROUP, ENTERPRISE]) {
      const { attributes } = await scim.read(`/Schemas/${urn}`);
      for (const attribute of attributes as Json[]) expectDescribed(attribute);
    }
    const named = async (urn: string, name: string) =>
      ((await scim.read(`/Schemas/${urn}`))['attributes'] as Json[]).find((one) => one['name'] === name);
    expect(await named(USER, 'userName')).toMatchObject({
      required: true,
      caseExact: false,
      uniqueness: 'server',
    });
    expect(await named(USER, 'groups')).toMatchObject({ mutability: 'readOnly', multiValued: true });
    expect(await named(GROUP, 'members')).toMatchObject({ multiValued: true, type: 'complex' });
    const password = await named(USER, 'password');
    if (password) expect(password).toMatchObject({ mutability: 'writeOnly', returned: 'never' });
  });

  it.each(['/ResourceTypes', '/Schemas'])('4: a filter on %s is refused', async (path) => {
    const { scim } = await host().directory();
    const { status, body } = await scim.get(path, { filter: 'id pr' });
    expect([status, body['schemas']]).toEqual([403, [ERROR]]);
  });

  it('4: paging, sorting and projection of discovery are ignored', async () => {
    const { scim } = await host().directory();
    const plain = await scim.read('/Schemas');
    const asked = await scim.get('/Schemas', { startIndex: 2, count: 1, sortBy: 'id', attributes: 'id' });
    expect(asked.body['Resources']).toEqual(plain['Resources']);
  });

  it.each(['/Schemas/urn:nobody:knows', '/ResourceTypes/Robot'])('404 for %s', async (path) => {
    const { scim } = await host().directory();
    const { status, body } = await scim.get(path);
    expect([status, body['schemas'], body['status']]).toEqual([404, [ERROR], '404']);
  });

  it('what discovery says is not to be written', async () => {
    const { scim } = await host().directory();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status } = await scim.send(
        method,
        '/ServiceProviderConfig',
        method === 'DELETE' ? {} : { body: {} },
      );
      expect([404, 405, 501]).toContain(status);
    }
  });
});

function expectDescribed(attribute: Json): void {
  expect(attribute).toMatchObject({
    name: expect.any(String),
    type: expect.stringMatching(/^(string|boolean|decimal|integer|dateTime|reference|binary|complex)$/),
    multiValued: expect.any(Boolean),
    mutability: expect.stringMatching(/^(readOnly|readWrite|immutable|writeOnly)$/),
    returned: expect.stringMatching(/^(always|never|default|request)$/),
  });
  for (const sub of (attribute['subAttributes'] ?? []) as Json[]) expectDescribed(sub);
}
