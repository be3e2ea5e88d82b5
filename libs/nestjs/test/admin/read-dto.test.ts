import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { CreateConnectionBody } from '../../src/admin/connections/connection.body.js';
import { CheckBody } from '../../src/admin/members/check.body.js';
import { CreateOrganizationBody } from '../../src/admin/organizations/organization.body.js';
import { PageQuery, pageRequest } from '../../src/admin/request/page-query.js';
import { readDto } from '../../src/admin/request/read-dto.js';
import { longestResourceId, parseRoleMapping, roleMappingLimits } from '@idp-roles/mapping';
import {
  CreateRoleMappingBody,
  DraftRoleMappingBody,
  PreviewBody,
  UpdateRoleMappingBody,
} from '../../src/admin/role-mappings/role-mapping.body.js';

const paths = (read: unknown) =>
  (read as { path: string; code: string }[]).map(({ path, code }) => `${path}: ${code}`).toSorted();

const mapping = {
  source: { connection: 'con_1' },
  claim: 'groups',
  value: 'Engineering',
  role: 'org-member',
};

describe('a body as a DTO', () => {
  it('is an instance where everything is right', () => {
    const read = readDto(CreateRoleMappingBody, { ...mapping, also: [{ claim: 'dept', value: 'x' }] });
    expect(read).toBeInstanceOf(CreateRoleMappingBody);
    expect(read).toMatchObject({ ...mapping, also: [{ claim: 'dept', value: 'x' }] });
  });

  it('M1: holds what the engine takes, in creation, edit and draft, and no more', () => {
    const { text, also } = roleMappingLimits;
    const long = 'x'.repeat(text);
    const condition = { claim: long, value: long };
    const most = {
      ...condition,
      role: 'org-member',
      note: long,
      also: Array.from({ length: also }, () => condition),
      resource: { type: 'workspace', id: `\u0001${'x'.repeat(longestResourceId - 1)}` },
    };
    const over = {
      claim: `${long}x`,
      value: `${long}x`,
      role: 'org-member',
      note: `${long}x`,
      also: [...most.also, condition],
      resource: { type: 'workspace', id: `${most.resource.id}x` },
    };
    const { source } = mapping;
    expect(parseRoleMapping({ ...most, match: 'exact', source }, { id: 'map_1' })).toMatchObject({
      ok: true,
    });
    for (const [dto, more] of [
      [CreateRoleMappingBody, { source }],
      [UpdateRoleMappingBody, {}],
      [DraftRoleMappingBody, { source, id: 'map_1' }],
      [DraftRoleMappingBody, {}],
    ] as const) {
      expect(readDto<object>(dto, { ...most, ...more })).toBeInstanceOf(dto);
      expect(paths(readDto<object>(dto, { ...over, ...more }))).toEqual(
        ['also', 'claim', 'note', 'resource.id', 'value'].map((path) => `${path}: mistyped`),
      );
    }
    expect(paths(readDto(CreateRoleMappingBody, { ...mapping, id: 'map_1' }))).toEqual([
      'id: unknown-property',
    ]);
  });

  it('lists every problem at once, each with its path', () => {
    const read = readDto(CreateRoleMappingBody, {
      source: {},
      claim: 7,
      role: '',
      match: 'regex',
      enabled: 'yes',
      resource: { type: 'workspace' },
      also: [{ claim: 'a' }, { value: 1, claim: 'b' }, 'c'],
      surprise: true,
    });
    expect(paths(read)).toEqual([
      'also.1.value: mistyped',
      'also.2: mistyped',
      'claim: mistyped',
      'enabled: mistyped',
      'match: mistyped',
      'resource.id: required',
      'role: mistyped',
      'source.connection: required',
      'surprise: unknown-property',
    ]);
  });

  it.each([undefined, null, [], 'text', 7])('is an object, not %j', (value) => {
    expect(paths(readDto(CreateOrganizationBody, value))).toEqual([': mistyped']);
  });

  it('refuses an array where an object must be', () => {
    const read = readDto(CreateConnectionBody, { name: 'x', protocol: 'saml', saml: [] });
    expect(paths(read)).toEqual(['saml: mistyped']);
  });

  it('misses a nested object that is left out', () => {
    expect(paths(readDto(PreviewBody, {}))).toEqual(['claims: required', 'source: required']);
    expect(paths(readDto(PreviewBody, { claims: {}, source: null }))).toEqual(['source: mistyped']);
  });

  it('treats null as a value, not as left out', () => {
    expect(paths(readDto(CreateOrganizationBody, { name: 'Acme', domains: null }))).toEqual([
      'domains: mistyped',
    ]);
  });

  it('reports names that would change how the DTO is read', () => {
    const body: unknown = JSON.parse('{"name":"Acme","__proto__":{"domains":["x"]},"constructor":5}');
    const read = readDto(CreateOrganizationBody, body);
    expect(paths(read)).toEqual(['__proto__: unknown-property', 'constructor: unknown-property']);
  });

  it('leaves claims as they came: __proto__, a constructor, any depth', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 5_000; i++) deep = [deep];
    const claims = JSON.parse('{"__proto__":["a"],"constructor":5}') as Record<string, unknown>;
    claims['deep'] = deep;
    const read = readDto(PreviewBody, { claims, source: { connection: 'con_1' } }) as PreviewBody;
    expect(read.claims).toBe(claims);
  });

  it('survives depth in properties that are not known', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 50_000; i++) deep = [deep];
    expect(paths(readDto(CreateOrganizationBody, { name: 'x', deep }))).toEqual(['deep: unknown-property']);
  });

  it.each(['\u0000', 'a\u0000b', '\ud800', '', 'x'.repeat(201)])('refuses %j as a name', (name) => {
    expect(paths(readDto(CreateOrganizationBody, { name }))).toEqual(['name: mistyped']);
  });

  it('takes a check of a permission or of a role, not of both or neither', () => {
    expect(readDto(CheckBody, { permission: 'a:b' })).toBeInstanceOf(CheckBody);
    expect(readDto(CheckBody, { role: 'a' })).toBeInstanceOf(CheckBody);
    expect(paths(readDto(CheckBody, { role: 'a', permission: 'a:b' }))).toEqual(['permission: mistyped']);
    expect(paths(readDto(CheckBody, {}))).toEqual(['permission: required']);
  });

  it('takes one source of a mapping, not two', () => {
    const two = { ...mapping, source: { connection: 'con_1', directory: 'dir_1' } };
    expect(paths(readDto(CreateRoleMappingBody, two))).toEqual(['source.connection: mistyped']);
    const directory = { ...mapping, source: { directory: 'dir_1' } };
    expect(readDto(CreateRoleMappingBody, directory)).toBeInstanceOf(CreateRoleMappingBody);
  });
});

describe('a page', () => {
  it('has 50 entries where nothing is said', () => {
    expect(pageRequest(readDto(PageQuery, {}) as PageQuery)).toEqual({ after: undefined, limit: 50 });
  });

  it.each(['1', '200'])('may have %s', (limit) => {
    expect(pageRequest(readDto(PageQuery, { limit }) as PageQuery).limit).toBe(Number(limit));
  });

  it.each(['0', '201', '-1', '1.5', '1e2', '', 'all', '010', ['1', '2']])('may not have %j', (limit) => {
    expect(paths(readDto(PageQuery, { limit }))).toEqual(['limit: mistyped']);
  });
});
