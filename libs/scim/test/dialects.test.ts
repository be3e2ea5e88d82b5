import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  parseGroupQuery,
  parseUserQuery,
  patchGroup,
  patchUser,
  readGroup,
  readUser,
  replaceGroup,
  replaceUser,
} from '../src/index.js';
import { alice, enterprise, groupChanges, patched } from './patch-op.js';

const root = new URL('../../../', import.meta.url);
const folder = new URL('test/idps/', root);

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}
interface Recording {
  readonly exchanges: readonly {
    readonly request?: Request;
    readonly response?: { readonly status: unknown };
  }[];
}

function requests(): [string, Request][] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.name.endsWith('.json'))
    .flatMap(({ name, parentPath }) => {
      const { exchanges } = JSON.parse(readFileSync(`${parentPath}/${name}`, 'utf8')) as Recording;
      return exchanges.flatMap(({ request, response }): [string, Request][] => {
        const wanted = [response?.status].flat();
        return request && wanted.some((status) => Number(status) < 300) ? [[name, request]] : [];
      });
    });
}

/** What the request asks for, read; throws where it is not understood. */
function read({ method, path, body }: Request): unknown {
  const { pathname, searchParams } = new URL(path, 'http://x');
  const isUser = pathname.startsWith('/Users');
  if (!isUser && !pathname.startsWith('/Groups')) return undefined;
  if (method === 'GET') {
    return (isUser ? parseUserQuery : parseGroupQuery)(Object.fromEntries(searchParams));
  }
  if (method === 'POST') return isUser ? readUser(body) : readGroup(body);
  if (method === 'PUT') return isUser ? replaceUser(body)({}) : replaceGroup(body);
  if (method === 'PATCH') {
    const [, , id = ''] = decodeURIComponent(pathname).split('/');
    return isUser ? patchUser(body, id)(alice) : patchGroup(body, id);
  }
  return undefined;
}

describe('what IdPs send', () => {
  it.each(requests())('%s: $method $path', (_, request) => expect(() => read(request)).not.toThrow());

  it('every recording that a comment names is there', () => {
    const named = readdirSync(new URL('libs/scim/src/', root)).flatMap((file) => [
      ...readFileSync(new URL(`libs/scim/src/${file}`, root), 'utf8').matchAll(/test\/idps\/[\w/-]+\.json/g),
    ]);
    expect(named.length).toBeGreaterThan(10);
    expect(named.map(([path]) => path).filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });
});

const manager = (value: unknown) =>
  (
    patched(alice, { op: 'Replace', path: `${enterprise}:manager`, value })[enterprise] as {
      manager?: unknown;
    }
  ).manager;

describe('Entra', () => {
  const work = { value: 'alice@acme.test', type: 'work', primary: true };

  it('writes operations with a capital, and booleans as texts', () => {
    expect(patched(alice, { op: 'Replace', path: 'active', value: 'False' }).active).toBe(false);
    expect(patched({ ...alice, active: false }, { op: 'Add', path: 'active', value: 'True' }).active).toBe(
      true,
    );
    expect(readUser({ userName: 'a', active: 'False' }).active).toBe(false);
  });

  it('replaces without a path, by keys that are paths', () => {
    const next = patched(alice, {
      op: 'replace',
      value: {
        displayName: 'A',
        'name.givenName': 'Al',
        'emails[type eq "work"].value': 'al@acme.test',
        'emails[type eq "other"].value': 'al@other.test',
        [`${enterprise}:department`]: 'Sales',
        [`${enterprise}:manager.displayName`]: 'Boss',
        'urn:ietf:params:scim:schemas:extension:acme:2.0:User:badge': '7',
      },
    });
    expect(next).toMatchObject({
      displayName: 'A',
      name: { givenName: 'Al', familyName: 'Ames' },
      [enterprise]: { department: 'Sales', manager: { value: 'm1' } },
      'urn:ietf:params:scim:schemas:extension:acme:2.0:User': { badge: '7' },
    });
    expect(next['emails']).toContainEqual({ ...work, value: 'al@acme.test' });
    expect(next['emails']).toContainEqual({ value: 'al@other.test', type: 'other' });
  });

  it('sends the manager as a text, wrapped in a list, or as nothing', () => {
    expect(manager('m2')).toEqual({ value: 'm2' });
    expect(manager([{ $ref: 'https://x/Users/m2', value: 'm2' }])).toEqual({
      $ref: 'https://x/Users/m2',
      value: 'm2',
    });
    expect(manager('')).toBeUndefined();
    expect(readUser({ userName: 'a', [enterprise]: { manager: 'm2' } })[enterprise]).toEqual({
      manager: { value: 'm2' },
    });
  });

  it('adds a work address where there is none', () => {
    const none = patched(alice, { op: 'Remove', path: 'emails' });
    for (const op of ['Add', 'Replace']) {
      expect(patched(none, { op, path: 'emails[type eq "work"].value', value: 'x' })['emails']).toEqual([
        { type: 'work', value: 'x' },
      ]);
    }
  });

  it('says what an address is for before it says what it is', () => {
    const none = patched(alice, { op: 'Remove', path: 'emails' });
    const next = patched(
      none,
      { op: 'Add', path: 'emails[type eq "work"].primary', value: 'True' },
      { op: 'Add', path: 'emails[type eq "work"].value', value: 'x' },
    );
    expect(next['emails']).toEqual([{ type: 'work', primary: true, value: 'x' }]);
    expect(patched(none, { op: 'Add', path: 'emails[type eq "work"].primary', value: 'True' })).toEqual(none);
  });

  it('selects a primary role by a text', () => {
    const once = patched(alice, { op: 'Add', path: 'roles[primary eq "True"].value', value: 'Reader' });
    expect(once['roles']).toEqual([{ primary: true, value: 'Reader' }]);
    const twice = patched(once, { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'Admin' });
    expect(twice['roles']).toEqual([{ primary: true, value: 'Admin' }]);
  });

  it('sends parts of roles that no schema has', () => {
    const value = [{ id: '06b0', value: 'Admin', displayName: 'Admin' }];
    expect(patched(alice, { op: 'Add', path: 'roles', value })['roles']).toEqual([{ value: 'Admin' }]);
  });

  it('removes members in two ways', () => {
    const removed = [{ type: 'remove-members', values: ['u1'] }];
    expect(groupChanges({ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] })).toEqual(
      removed,
    );
    expect(groupChanges({ op: 'remove', path: 'members[value eq "u1"]' })).toEqual(removed);
  });
});

describe('Okta, OneLogin and JumpCloud', () => {
  it('deactivate without a path', () => {
    expect(patched(alice, { op: 'replace', value: { active: false } })).toEqual({ ...alice, active: false });
  });

  it('push a password, which is nobody`s to read', () => {
    expect(patched(alice, { op: 'replace', value: { password: 's3cret' } })).toEqual(alice);
    expect(patched(alice, { op: 'replace', path: 'password', value: 's3cret' })).toEqual(alice);
  });

  it('name a group`s id with its name', () => {
    expect(groupChanges({ op: 'replace', value: { id: 'g1', displayName: 'X' } })).toEqual([
      { type: 'rename', displayName: 'X' },
    ]);
  });

  it('put back what they read', () => {
    const body = { ...alice, id: '1', meta: { version: 'W/"1"' }, groups: [{ value: 'g' }], active: false };
    expect(replaceUser(body)(alice)).toEqual({ ...alice, active: false });
  });
});
