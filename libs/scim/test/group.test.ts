import { describe, expect, it } from 'vitest';
import { patchGroup, readGroup, replaceGroup, uris } from '../src/index.js';
import { groupChanges, patchOp, resourceId } from './patch-op.js';
import { refusal } from './refusal.js';

const members = (count: number) => Array.from({ length: count }, (_, at) => ({ value: `u${at}` }));

describe('the body of a group', () => {
  it('names it, and each member once', () => {
    expect(
      readGroup({
        schemas: [uris.group],
        DisplayName: 'Engineering',
        externalId: 'e-1',
        members: [
          { value: 'u1', display: 'Alice', $ref: 'https://x/Users/u1' },
          { value: 'u1', type: 'User' },
          { value: 'g1', type: 'group' },
          { value: 'g2', $ref: 'https://x/scim/v2/d/Groups/g2' },
        ],
        nosuch: 1,
      }),
    ).toEqual({
      displayName: 'Engineering',
      externalId: 'e-1',
      members: [
        { value: 'u1', display: 'Alice' },
        { value: 'g1', type: 'Group' },
        { value: 'g2', type: 'Group' },
      ],
    });
  });

  it('replaced without `members` keeps them; an empty list empties it', () => {
    const renamed = [{ type: 'rename', displayName: 'X' }, { type: 'set-external-id' }];
    expect(replaceGroup({ displayName: 'X' })).toEqual(renamed);
    expect(replaceGroup({ displayName: 'X', members: null })).toEqual(renamed);
    expect(replaceGroup({ displayName: 'X', members: [] })).toEqual([
      ...renamed,
      { type: 'replace-members', members: [] },
    ]);
  });

  it.each<[string, unknown]>([
    ['no object', 'x'],
    ['no name', { members: [] }],
    ['an empty name', { displayName: ' ' }],
    ['a name that is no text', { displayName: ['x'] }],
    ['another schema', { schemas: [uris.user], displayName: 'x' }],
    ['members that are texts', { displayName: 'x', members: ['u1'] }],
    ['a member without value', { displayName: 'x', members: [{ display: 'Alice' }] }],
    ['a member of an empty value', { displayName: 'x', members: [{ value: '' }] }],
    ['a member of another type', { displayName: 'x', members: [{ value: 'u1', type: 'Device' }] }],
    ["SCIM 1.1's way to remove", { displayName: 'x', members: [{ value: 'u1', operation: 'delete' }] }],
  ])('%s is refused', (_, body) => {
    expect(refusal(() => readGroup(body))).toMatchObject({ status: 400 });
    expect(refusal(() => replaceGroup(body))).toMatchObject({ status: 400 });
  });

  it('takes 10 000 members quickly, and not 100 001', () => {
    const began = performance.now();
    expect(readGroup({ displayName: 'x', members: members(10_000) }).members).toHaveLength(10_000);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(refusal(() => readGroup({ displayName: 'x', members: members(100_001) }))).toMatchObject({
      status: 413,
    });
  });
});

describe('the PATCH of a group is changes that never see its members', () => {
  it.each<[object, object[]]>([
    [
      { op: 'add', path: 'members', value: [{ value: 'u1', $ref: null }] },
      [{ type: 'add-members', members: [{ value: 'u1' }] }],
    ],
    [
      { op: 'add', path: 'members', value: { value: 'u1' } },
      [{ type: 'add-members', members: [{ value: 'u1' }] }],
    ],
    [{ op: 'add', path: 'members', value: [] }, []],
    [
      { op: 'add', value: { members: [{ value: 'u1' }] } },
      [{ type: 'add-members', members: [{ value: 'u1' }] }],
    ],
    [{ op: 'replace', path: 'members', value: [] }, [{ type: 'replace-members', members: [] }]],
    [
      { op: 'replace', value: { id: 'g1', displayName: 'X', members: [{ value: 'u1' }] } },
      [
        { type: 'rename', displayName: 'X' },
        { type: 'replace-members', members: [{ value: 'u1' }] },
      ],
    ],
    [{ op: 'remove', path: 'members' }, [{ type: 'remove-all-members' }]],
    [
      { op: 'remove', path: 'members', value: [{ value: 'u1' }] },
      [{ type: 'remove-members', values: ['u1'] }],
    ],
    [{ op: 'remove', path: 'members[value eq "u1"]' }, [{ type: 'remove-members', values: ['u1'] }]],
    [
      { op: 'remove', path: 'Members[Value EQ "u1" or value eq "u2"]' },
      [{ type: 'remove-members', values: ['u1', 'u2'] }],
    ],
    [{ op: 'replace', path: 'displayName', value: 'X' }, [{ type: 'rename', displayName: 'X' }]],
    [{ op: 'add', path: `${uris.group}:displayName`, value: 'X' }, [{ type: 'rename', displayName: 'X' }]],
    [{ op: 'replace', path: 'externalId', value: 'e' }, [{ type: 'set-external-id', externalId: 'e' }]],
    [{ op: 'remove', path: 'externalId' }, [{ type: 'set-external-id' }]],
  ])('%j', (operation, changes) => expect(groupChanges(operation)).toEqual(changes));

  it('keeps the order of the operations', () => {
    expect(
      groupChanges(
        { op: 'remove', path: 'members' },
        { op: 'add', path: 'members', value: [{ value: 'u1' }] },
        { op: 'replace', path: 'displayName', value: 'X' },
      ).map(({ type }) => type),
    ).toEqual(['remove-all-members', 'add-members', 'rename']);
  });

  it.each<[string, object, string]>([
    ['members replaced without a value', { op: 'replace', path: 'members' }, 'invalidValue'],
    ['members replaced by null', { op: 'replace', path: 'members', value: null }, 'invalidValue'],
    ['members null in an object', { op: 'replace', value: { members: null } }, 'invalidValue'],
    ['members removed, null', { op: 'remove', path: 'members', value: null }, 'invalidValue'],
    ['members removed, nobody', { op: 'remove', path: 'members', value: [] }, 'invalidValue'],
    ['members selected otherwise', { op: 'remove', path: 'members[display eq "Alice"]' }, 'invalidFilter'],
    ['members not selected', { op: 'remove', path: 'members[value ne "u1"]' }, 'invalidFilter'],
    ['all but one', { op: 'remove', path: 'members[not (value eq "u1")]' }, 'invalidFilter'],
    ['everybody', { op: 'remove', path: 'members[value pr]' }, 'invalidFilter'],
    ['two conditions', { op: 'remove', path: 'members[value eq "u1" and type eq "User"]' }, 'invalidFilter'],
    ["a member's value", { op: 'replace', path: 'members[value eq "u1"].value', value: 'u2' }, 'mutability'],
    ["a member's value removed", { op: 'remove', path: 'members.value' }, 'mutability'],
    [
      'a member replaced',
      { op: 'replace', path: 'members[value eq "u1"]', value: { value: 'u2' } },
      'mutability',
    ],
    ['the name removed', { op: 'remove', path: 'displayName' }, 'mutability'],
    ['the name emptied', { op: 'replace', path: 'displayName', value: '' }, 'invalidValue'],
    ['id', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
    ['an unknown path', { op: 'add', path: 'owner', value: 'x' }, 'invalidPath'],
    [
      "somebody else's id in an object",
      { op: 'replace', value: { ID: 'g2', displayName: 'X' } },
      'mutability',
    ],
    ['an unknown name in an object', { op: 'add', value: { owner: 'x' } }, 'invalidPath'],
    ['__proto__', { op: 'add', path: '__proto__.polluted', value: 'x' }, 'invalidPath'],
    ['constructor', { op: 'add', path: 'constructor', value: 'x' }, 'invalidPath'],
    ["a user's name", { op: 'add', path: `${uris.user}:displayName`, value: 'x' }, 'invalidPath'],
    ["a user's attribute", { op: 'add', path: 'userName', value: 'x' }, 'invalidPath'],
    ['a part of the name', { op: 'add', path: 'displayName.value', value: 'x' }, 'invalidPath'],
    [
      'a nested members',
      { op: 'add', path: 'members', value: { members: [{ value: 'u1' }] } },
      'invalidValue',
    ],
  ])('%s is refused', (_, operation, scimType) => {
    expect(
      refusal(() => groupChanges({ op: 'replace', path: 'displayName', value: 'X' }, operation)),
    ).toMatchObject({
      status: 400,
      scimType,
    });
  });

  it('names at most 100 000 members in all its operations', () => {
    const half = Array.from({ length: 50_001 }, (_, at) => ({ value: `u${at}` }));
    const add = { op: 'add', path: 'members', value: half };
    expect(patchGroup(patchOp(add), resourceId)).toHaveLength(1);
    expect(refusal(() => patchGroup(patchOp(add, add), resourceId))).toMatchObject({ status: 413 });
  });
});
