import {
  containsRole,
  decide,
  permissionsLacking,
  prepareSnapshot,
  type Question,
  standingProblem,
} from '@idp-roles/access';
import { describe, expect, test } from 'vitest';
import { access, api, grant, member, NOW, path, platform, prepared } from './acme.js';

const other = { type: 'project', id: 'other' };
const editApi: Question = { permission: 'project:edit', resource: api };
const on = (resource: typeof api, role: string, more = {}) => grant(role, { resource, ...more });
const ask = (snapshot: ReturnType<typeof prepared>, question: Question, at = path, now = NOW) =>
  decide(access, snapshot, question, question.resource ? at : [], now);

describe('A2: permissions flow down the tree', () => {
  test.each([
    ['on the resource', on(api, 'project-editor')],
    ['on its parent', on(platform, 'workspace-admin')],
    ['on the organization', grant('org-admin')],
  ])('%s is reason enough, and named', (_, given) => {
    const decision = ask(prepared(given), editApi);
    expect(decision.allowed).toBe(true);
    expect(decision.code).toBeUndefined();
    expect(decision.reasons).toEqual([
      {
        grant: given.id,
        role: given.role,
        source: 'api',
        ...(given.resource && { resource: given.resource }),
      },
    ]);
  });

  test('never up', () => {
    const editor = prepared(on(api, 'project-editor'));
    expect(ask(editor, { permission: 'project:edit', resource: platform }, [platform])).toMatchObject({
      allowed: false,
      code: 'nothing-held',
    });
    expect(ask(editor, { permission: 'project:edit' })).toMatchObject({
      allowed: false,
      code: 'nothing-held',
    });
  });

  test('never sideways', () =>
    expect(
      ask(prepared(on(api, 'project-editor')), { ...editApi, resource: other }, [other, platform]),
    ).toMatchObject({ allowed: false, code: 'nothing-held' }));

  test('a same id on another type is another resource', () =>
    expect(ask(prepared(on({ type: 'workspace', id: 'api' }, 'workspace-admin')), editApi).allowed).toBe(
      false,
    ));

  test('a role without the permission is no reason', () =>
    expect(ask(prepared(on(api, 'project-viewer'), grant('org-member')), editApi)).toMatchObject({
      allowed: false,
      code: 'not-included',
      reasons: [],
    }));

  test('every contributing grant is a reason, nearest first, each source of a role by itself', () => {
    const grants = [
      grant('org-admin', { source: 'sso:a', basis: 'force' }),
      on(platform, 'workspace-admin'),
      grant('org-admin', { source: 'directory:b', basis: 'force' }),
      on(api, 'project-viewer'),
      on(api, 'project-editor'),
      on(other, 'project-editor'),
    ];
    expect(ask(prepared(...grants), editApi).reasons.map((reason) => reason.grant)).toEqual(
      [4, 1, 0, 2].map((index) => grants[index]?.id),
    );
  });
});

describe('A3: a role is held, or contained in one held above', () => {
  const isEditor: Question = { role: 'project-editor', resource: api };
  test.each([
    ['held on the resource', on(api, 'project-editor'), true],
    ['held on another resource', on(other, 'project-editor'), false],
    ['contained in a role on the parent', on(platform, 'workspace-admin'), true],
    ['contained in a role on the organization', grant('org-admin'), true],
    ['in part contained above', grant('org-member'), false],
  ])('%s', (_, given, allowed) => expect(ask(prepared(given), isEditor).allowed).toBe(allowed));

  test('on the resource itself only the role asked for counts', () => {
    expect(ask(prepared(on(api, 'project-editor')), { role: 'project-viewer', resource: api }).allowed).toBe(
      false,
    );
    expect(ask(prepared(grant('org-admin')), { role: 'org-member' }).allowed).toBe(false);
  });

  test('a role asked for on another type than its own is no question', () => {
    for (const question of [
      { role: 'project-editor' },
      { role: 'org-admin', resource: api },
      { role: 'workspace-admin', resource: api },
    ])
      expect(ask(prepared(grant('org-admin')), question)).toMatchObject({
        allowed: false,
        code: 'question-unknown',
      });
  });
});

describe('A5: what is not known is denied', () => {
  const admin = prepared(grant('org-admin'));
  test.each<[string, Question, typeof path | undefined, string]>([
    ['an unknown permission', { permission: 'project:burn', resource: api }, path, 'question-unknown'],
    ['an unknown role', { role: 'owner' }, [], 'question-unknown'],
    ['no question at all', {} as Question, [], 'question-unknown'],
    ['a resource not of this organization', editApi, undefined, 'resource-unknown'],
    ['a path that begins elsewhere', editApi, [other, platform], 'path-inconsistent'],
    ['a path without the parent', editApi, [api], 'path-inconsistent'],
    ['a path of another order', editApi, [platform, api], 'path-inconsistent'],
    ['a path that goes on above the root', editApi, [...path, platform], 'path-inconsistent'],
    ['no path for a resource', editApi, [], 'path-inconsistent'],
    ['a path for no resource', { permission: 'project:edit' }, path, 'path-inconsistent'],
    [
      'a type beyond the model',
      { permission: 'project:edit', resource: { type: 'page', id: 'x' } },
      [{ type: 'page', id: 'x' }],
      'path-inconsistent',
    ],
  ])('%s', (_, question, at, code) =>
    expect(decide(access, admin, question, at, NOW)).toMatchObject({ allowed: false, code }),
  );

  test('grants of unknown or misplaced roles give nothing', () => {
    const snapshot = prepared(
      grant('owner'),
      grant('workspace-admin'),
      on(platform, 'org-admin'),
      on(api, 'workspace-admin'),
      on({ type: 'organization', id: 'acme' }, 'org-admin'),
    );
    expect(ask(snapshot, editApi)).toMatchObject({ allowed: false, code: 'nothing-held' });
    expect(snapshot.grants.map(({ role, resource }) => [role, resource?.type])).toEqual([
      ['org-admin', 'organization'],
    ]);
  });
});

describe('S8: a member who is not active holds nothing', () => {
  test.each(['invited', 'suspended', 'deprovisioned'] as const)('%s', (status) => {
    const snapshot = prepareSnapshot(access, member([grant('org-admin')], { status }));
    expect(ask(snapshot, { role: 'org-admin' })).toMatchObject({ allowed: false, code: 'member-not-active' });
    expect(standingProblem(snapshot)).toBe('member-not-active');
  });

  test('a session that began before `sessionsValidFrom` is over, one that began then is not', () => {
    const standing = { status: 'active', sessionsValidFrom: 500 } as const;
    expect(standingProblem(standing, 499)).toBe('session-ended');
    expect(standingProblem(standing, Number.NaN)).toBe('session-ended');
    expect(standingProblem(standing, 500)).toBeUndefined();
    expect(standingProblem(standing)).toBeUndefined();
  });
});

describe('A9: tenant roles are targets like any other', () => {
  const auditor = { id: 'r1', slug: 'custom-auditor', on: 'workspace', permissions: ['project:view'] };
  const held = grant('r1', { resource: platform });
  const viewApi: Question = { permission: 'project:view', resource: api };

  test('by id, below the type they stand on', () => {
    const snapshot = prepareSnapshot(access, member([held]), [auditor]);
    expect(ask(snapshot, viewApi).reasons).toEqual([
      { grant: held.id, role: 'custom-auditor', resource: platform, source: 'api' },
    ]);
    expect(ask(snapshot, { role: 'custom-auditor', resource: platform }, [platform]).allowed).toBe(true);
    expect(ask(snapshot, { role: 'project-viewer', resource: api }).allowed).toBe(true);
  });

  test('M8: made anew under the same slug, the old grant stays dead', () => {
    expect(ask(prepareSnapshot(access, member([held]), [{ ...auditor, id: 'r2' }]), viewApi).allowed).toBe(
      false,
    );
    expect(ask(prepareSnapshot(access, member([grant('custom-auditor')]), [auditor]), viewApi).allowed).toBe(
      false,
    );
  });

  test('one that permits nothing any more is contained in nothing', () => {
    const hollow = { ...auditor, permissions: ['gone:view'] };
    const snapshot = prepareSnapshot(access, member([grant('org-admin')]), [hollow]);
    expect(ask(snapshot, { role: 'custom-auditor', resource: platform }, [platform]).allowed).toBe(false);
  });

  test('a role without permissions is contained in no other', () => {
    const [admin] = access.roles.values();
    if (admin === undefined) throw new Error('the model has roles');
    expect(containsRole(admin, { ...admin, permissions: new Set() })).toBe(false);
    expect(containsRole(admin, admin)).toBe(true);
  });

  test('a giver lacks what they do not hold there', () => {
    const giver = prepared(on(platform, 'workspace-admin'));
    const wanted = ['project:edit', 'invoice:view'];
    expect(permissionsLacking(access, giver, wanted, path, NOW)).toEqual(['invoice:view']);
    expect(permissionsLacking(access, giver, wanted, [], NOW)).toEqual(wanted);
    expect(permissionsLacking(access, giver, wanted, undefined, NOW)).toEqual(wanted);
  });
});

const at = (expiresAt: number, role = 'project-editor') => on(api, role, { expiresAt });

describe('A10: expiry', () => {
  test('gives until that instant and not at it', () => {
    expect(ask(prepared(at(NOW)), editApi, path, NOW - 1).allowed).toBe(true);
    expect(ask(prepared(at(NOW)), editApi, path, NOW)).toMatchObject({
      allowed: false,
      code: 'grant-expired',
    });
    expect(ask(prepared(at(Number.NaN)), editApi).allowed).toBe(false);
  });

  test('the longest-lived of several decides, in any order; the dead are no reasons', () => {
    const ends = [NOW - 5, NOW + 5, NOW - 1];
    for (const turn of [0, 1, 2]) {
      const grants = ends.map((_, index) => at(ends[(index + turn) % 3] ?? 0));
      const decision = ask(prepared(...grants), editApi);
      expect(decision.reasons.map((reason) => reason.grant)).toEqual(
        grants.filter(({ expiresAt }) => expiresAt === NOW + 5).map(({ id }) => id),
      );
    }
  });

  test('an end that is no number hides no live grant', () =>
    expect(ask(prepared(at(NOW + 1), at(Number.NaN), at(NOW - 1)), editApi).allowed).toBe(true));

  test('an expired grant near does not hide a live one above', () =>
    expect(ask(prepared(at(NOW - 1), grant('org-admin')), editApi).allowed).toBe(true));

  test('reasons stay those of the instant asked about', () => {
    const decision = ask(prepared(at(NOW), grant('org-admin')), editApi, path, NOW - 1);
    expect(decision.reasons).toHaveLength(2);
    expect(ask(prepared(at(NOW), grant('org-admin')), editApi).reasons).toHaveLength(1);
  });
});
