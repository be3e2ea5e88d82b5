import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { objectId } from '../src/index.js';
import { entra } from '../src/scim/entra.js';
import { jumpcloud } from '../src/scim/jumpcloud.js';
import { okta } from '../src/scim/okta.js';
import { onelogin } from '../src/scim/onelogin.js';
import type { ScimRequest } from '../src/scim/scim-request.js';

interface Recorded {
  readonly request: ScimRequest & { readonly headers?: Readonly<Record<string, string>> };
}

/** The requests of a recording in `test/idps`, without headers, their paths decoded. */
function recorded(name: string): readonly ScimRequest[] {
  const file = new URL(`../../../test/idps/${name}.json`, import.meta.url);
  const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as { exchanges: readonly Partial<Recorded>[] };
  return exchanges.flatMap(({ request }) => (request === undefined ? [] : [plain(request)]));
}

function plain({ method, path, body }: ScimRequest): ScimRequest {
  return { method, path: decodeURIComponent(path), ...(body !== undefined && { body }) };
}

const said = (requests: readonly ScimRequest[]) => requests.map(plain);

const alice = {
  externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
  userName: 'alice@acme.test',
  givenName: 'Alice',
  familyName: 'Ames',
  displayName: 'Alice Ames',
  active: true,
};
const aliceThere = { id: '{{alice}}', userName: 'alice@acme.test' };
const bobThere = { id: '{{bob}}', userName: 'bob@acme.test' };
const change = { displayName: 'Engineering', add: [], remove: [], isNew: false };
/** What the recording has of its own: a department, a number, a name that is nobody's. */
const like = (request: ScimRequest, own: Record<string, unknown>) => ({
  ...request,
  body: { ...request.body, ...own },
});

describe('requests are those of the recordings in test/idps', () => {
  it('Entra ID', () => {
    const [find, create] = recorded('entra/create-user');
    expect(said([entra.findUser(alice.userName), entra.createUser(alice)])).toEqual([find, create]);
    const groups = recorded('entra/groups');
    expect(said([entra.findGroup('Engineering')])).toEqual([groups[0]]);
    const externalId = groups[1]?.body?.['externalId'];
    expect(said([like(entra.createGroup('Engineering', []), { externalId })])).toEqual([groups[1]]);
    expect(entra.createGroup('Engineering', []).body?.['externalId']).toBe(objectId('Engineering'));
    const added = entra.changeMembers('{{engineering}}', { ...change, add: [aliceThere] });
    const removed = entra.changeMembers('{{engineering}}', { ...change, remove: [bobThere] });
    expect(groups).toEqual(expect.arrayContaining(said([...added, ...removed])));
    const inactive = { ...alice, active: false };
    const [off, on] = recorded('entra/patch-active-string');
    expect(said(entra.updateUser('{{alice}}', inactive, alice))).toEqual([off]);
    expect(said(entra.updateUser('{{alice}}', alice, inactive))).toEqual([on]);
    expect(said(entra.removeUser('{{alice}}', alice))).toEqual(
      recorded('entra/leave-and-return').slice(0, 2),
    );
  });

  it('Okta', () => {
    const person = { ...alice, externalId: '00u-alice', familyName: 'User', displayName: 'alice user' };
    const [find, create] = recorded('okta/create-user');
    const password = create?.body?.['password'];
    expect(said([okta.findUser(person.userName), like(okta.createUser(person), { password })])).toEqual([
      find,
      create,
    ]);
    const groups = recorded('okta/group-push');
    expect(said([okta.findGroup('Engineering'), okta.createGroup('Engineering', [])])).toEqual(
      groups.slice(0, 2),
    );
    const first = okta.changeMembers('{{engineering}}', { ...change, add: [aliceThere], isNew: true });
    const later = okta.changeMembers('{{engineering}}', { ...change, add: [bobThere], remove: [aliceThere] });
    expect(said([...first, ...later])).toEqual(groups.slice(3, 6));
    const [off, on] = recorded('okta/deactivate-pathless');
    const inactive = { ...person, active: false };
    expect(said(okta.updateUser('{{alice}}', inactive, person))).toEqual([off]);
    expect(said(okta.updateUser('{{alice}}', person, inactive))).toEqual([on]);
    expect(said(okta.removeUser('{{alice}}', person))).toEqual([off]);
  });

  it('JumpCloud', () => {
    const person = {
      ...alice,
      externalId: 'jc-alice',
      givenName: 'alice',
      familyName: 'User',
      displayName: 'alice user',
    };
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const [create, update] = recorded('jumpcloud/user-lifecycle');
    const made = jumpcloud.createUser({ ...person, department: 'Engineering' });
    expect(said([like(made, { [enterprise]: create?.body?.[enterprise] })])).toEqual([create]);
    expect(made.body?.[enterprise]).toEqual({ department: 'Engineering' });
    const moved = { ...person, department: 'Sales' };
    expect(said(jumpcloud.updateUser('{{alice}}', moved, person))).toEqual([update]);
    const [group, add, remove] = recorded('jumpcloud/group-sync');
    const opened = like(jumpcloud.createGroup('Engineering', [aliceThere]), { externalId: 'jc-eng' });
    expect(said([opened])).toEqual([group]);
    const members = { ...change, add: [bobThere], remove: [aliceThere] };
    expect(said(jumpcloud.changeMembers('{{engineering}}', members))).toEqual([add, remove]);
  });

  it('OneLogin', () => {
    const person = {
      ...alice,
      externalId: '150',
      givenName: 'alice',
      familyName: 'User',
      displayName: 'alice User',
    };
    const lifecycle = recorded('onelogin/user-lifecycle');
    expect(said([onelogin.findUser(person.userName), onelogin.createUser(person)])).toEqual(
      lifecycle.slice(0, 2),
    );
    const inactive = { ...person, active: false };
    expect(lifecycle).toEqual(
      expect.arrayContaining(
        said([
          ...onelogin.updateUser('{{alice}}', inactive, person),
          ...onelogin.updateUser('{{alice}}', person, inactive),
          ...onelogin.removeUser('{{alice}}', person),
        ]),
      ),
    );
    const [list, create, , add, remove] = recorded('onelogin/entitlements');
    expect(said([onelogin.findGroup('Engineering'), onelogin.createGroup('Engineering', [])])).toEqual([
      list,
      create,
    ]);
    expect(
      said(onelogin.changeMembers('{{engineering}}', { ...change, add: [aliceThere, bobThere] })),
    ).toEqual([add]);
    expect(said(onelogin.changeMembers('{{engineering}}', { ...change, remove: [bobThere] }))).toEqual([
      remove,
    ]);
  });

  it('sends the headers that they send', () => {
    const file = new URL('../../../test/idps/okta/create-user.json', import.meta.url);
    const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as { exchanges: readonly Recorded[] };
    expect(okta.headers).toMatchObject(exchanges[0]?.request.headers ?? {});
    expect([jumpcloud.headers, onelogin.headers]).toEqual(
      Array.from({ length: 2 }, () => ({ 'content-type': 'application/json', accept: 'application/json' })),
    );
  });

  it('lets no quote in a name out of a filter', () => {
    const name = 'a" or userName pr or userName eq "b&count=1#';
    for (const dialect of [entra, okta, jumpcloud, onelogin]) {
      const url = new URL(`http://app.test${dialect.findUser(name).path}`);
      expect(url.searchParams.get('filter')).toBe(`userName eq ${JSON.stringify(name)}`);
      expect(url.hash).toBe('');
    }
  });
});
