import { Injectable, type INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessService } from '../../src/access/access-service.js';
import { DecisionIds } from '../../src/access/decision-id.js';
import { AccessDeniedException, AccessUnavailableException } from '../../src/access/denial.js';
import { access, type Acme, start } from './acme.js';

@Injectable()
class Reports {
  constructor(readonly checks: AccessService<typeof access>) {}
}

let app: INestApplication;
let acme: Acme;
let service: AccessService<typeof access>;
const api = { type: 'project', id: 'api' } as const;
const of = (member: string) => ({ organization: 'acme', member });

beforeAll(async () => {
  ({ app, acme } = await start({ providers: [Reports] }));
  service = app.get(Reports).checks;
});
afterAll(() => app.close());

describe('A8: `AccessService`, injected by its generic class', () => {
  test('check says yes with reasons', async () => {
    expect(await service.check(of('wsadmin'), { permission: 'project:edit', resource: api })).toEqual({
      allowed: true,
      reasons: [
        {
          grant: 'wsadmin-0',
          role: 'workspace-admin',
          resource: { type: 'workspace', id: 'platform' },
          source: 'api',
        },
      ],
      version: 7,
      decisionId: expect.any(String),
    });
  });

  test('check says no with a code', async () => {
    const codes = await Promise.all(
      (
        [
          ['member', { role: 'org-admin' }],
          ['nobody', { role: 'org-admin' }],
          ['admin', { permission: 'project:view', resource: { type: 'project', id: 'secret' } }],
          ['stranger', { role: 'org-admin' }],
          ['admin', { role: 'custom-auditor' }],
        ] as const
      ).map(async ([member, question]) => (await service.check(of(member), question)).code),
    );
    expect(codes).toEqual([
      'not-included',
      'nothing-held',
      'resource-unknown',
      'member-unknown',
      'question-unknown',
    ]);
  });

  test('checkMany answers in order', async () => {
    const answers = await service.checkMany(of('member'), [
      { permission: 'project:edit', resource: api },
      { role: 'org-member' },
      { permission: 'project:view', resource: api },
    ]);
    expect(answers.map(({ allowed }) => allowed)).toEqual([false, true, true]);
  });

  test('require throws what the guard would', async () => {
    await expect(service.require(of('admin'), { role: 'org-admin' })).resolves.toMatchObject({
      allowed: true,
    });
    const refusal = await service
      .require(of('member'), { role: 'org-admin' })
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AccessDeniedException);
    const body = (refusal as AccessDeniedException).getResponse();
    expect(body).toMatchObject({ code: 'access-denied', decisionId: expect.any(String) });
  });

  test('explain says why, and what would have made it a yes', async () => {
    const editing = { permission: 'project:edit', resource: api } as const;
    expect(await service.explain(of('wsadmin'), editing)).toMatchObject({
      allowed: true,
      reasons: [{ grant: 'wsadmin-0' }],
    });
    expect(await service.explain(of('member'), editing)).toEqual({
      allowed: false,
      code: 'not-included',
      reasons: [],
      version: 7,
      nearest: { code: 'role-lacking', role: 'project-editor', resource: api, adds: [] },
    });
    expect(await service.explain(of('stranger'), editing)).toMatchObject({ code: 'member-unknown' });
  });

  test('A5: what is no id, or of no type, is nowhere, and no store is asked', async () => {
    acme.failing = { path: new Error('asked') };
    const wrong: readonly unknown[] = [
      ...[['api'], { toString: () => 'api' }, 7, null, undefined, '', 'a\0', 'a\ud800', 'x'.repeat(257)].map(
        (id) => ({ type: 'project', id }),
      ),
      ...[['project'], 'project\0', 'planet', null, undefined].map((type) => ({ type, id: 'api' })),
    ];
    for (const resource of wrong) {
      const question = { permission: 'project:view', resource } as never;
      expect(await service.check(of('admin'), question)).toMatchObject({
        allowed: false,
        code: 'resource-unknown',
      });
    }
    acme.failing = {};
  });

  test('D6: a store that fails is a 503, not a no', async () => {
    acme.failing = { snapshot: new Error('down') };
    await expect(service.check(of('admin'), { role: 'org-admin' })).rejects.toBeInstanceOf(
      AccessUnavailableException,
    );
    acme.failing = {};
  });
});

describe('A5: decision ids', () => {
  test('hold what was asked and when; asking again tells what has changed', async () => {
    acme.join('later', []);
    const before = Date.now();
    const { decisionId } = await service.check(of('later'), { role: 'org-admin' });
    acme.join('later', ['org-admin'], { version: 8 });
    const explained = await service.explainDecision(decisionId);
    expect(explained).toEqual({
      ...of('later'),
      code: 'access-denied',
      asked: [{ role: 'org-admin' }],
      version: 7,
      at: expect.any(Number),
      changed: true,
      now: [
        {
          allowed: true,
          version: 8,
          reasons: [{ grant: 'later-0', role: 'org-admin', source: 'api' }],
        },
      ],
    });
    expect(explained?.at).toBeGreaterThanOrEqual(before);
  });

  test('a question whose resource was not given stays denied', async () => {
    const id = app.get(DecisionIds).sign({
      ...of('admin'),
      code: 'binding-invalid',
      asked: [{ permission: 'project:view', resource: { type: 'project' } }],
      version: 7,
      at: Date.now(),
    });
    expect((await service.explainDecision(id))?.now).toMatchObject([
      { allowed: false, code: 'resource-unknown' },
    ]);
  });

  test('forged, or of another organization or member: one 404', async () => {
    const { decisionId } = await service.check(of('member'), { role: 'org-admin' });
    const forged = [`${decisionId.slice(0, -2)}xx`, '', 'a'.repeat(20_000), undefined, ['a'], {}, 7];
    const elsewhere = [
      { organization: 'globex' },
      { member: 'admin' },
      { organization: 'globex', member: 'member' },
      // Lost on the way: nobody's, not everyone's.
      { organization: undefined },
      { ...of('member'), organization: undefined },
      { ...of('member'), member: undefined },
      { organization: null },
      null,
      'acme',
    ];
    const refusals = await Promise.allSettled([
      ...forged.map((id) => service.explainDecision(id as string)),
      ...elsewhere.map((within) => service.explainDecision(decisionId, within as object)),
    ]);
    for (const refusal of refusals)
      expect(refusal).toMatchObject({
        reason: {
          code: 'decision-unknown',
          status: 404,
          message: 'this is no decision id of this organization',
        },
      });
    expect(await service.explainDecision(decisionId, of('member'))).toMatchObject({ changed: false });
  });

  test('of long ago: a 410', async () => {
    const old = { ...of('admin'), code: 'access-denied', asked: [], version: 7 } as const;
    const sign = (days: number) => app.get(DecisionIds).sign({ ...old, at: Date.now() - days * 86_400_000 });
    await expect(service.explainDecision(sign(91))).rejects.toMatchObject({
      code: 'decision-stale',
      status: 410,
      message: 'this decision is too old to be explained; ask again',
    });
    await expect(service.explainDecision(sign(89))).resolves.toMatchObject({ changed: false });
  });

  test('of a member who is gone since: a no, and changed', async () => {
    acme.join('passing', ['org-admin']);
    const { decisionId } = await service.check(of('passing'), { role: 'org-admin' });
    acme.members.delete('passing');
    expect(await service.explainDecision(decisionId)).toMatchObject({
      changed: true,
      now: [{ allowed: false, code: 'member-unknown' }],
    });
  });

  const remembered = { ...of('a'), code: 'allowed', asked: [{ role: 'x' }], version: 1, at: 2 } as const;
  const ids = new DecisionIds('k'.repeat(32));

  test('come back as they were, under the same key only', () => {
    const token = ids.sign(remembered);
    expect(ids.read(token)).toEqual(remembered);
    expect(ids.read(token)?.asked).toEqual(remembered.asked);
    expect(new DecisionIds('l'.repeat(32)).read(token)).toBeUndefined();
  });

  test('any changed, shortened or foreign token is none of ours', () => {
    const bytes = Buffer.from(ids.sign(remembered), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(ids.read(changed.toString('base64url'))).toBeUndefined();
      expect(ids.read(bytes.subarray(0, index).toString('base64url'))).toBeUndefined();
    }
    for (const token of ['', 'x', '....', 'a'.repeat(20_000)]) expect(ids.read(token)).toBeUndefined();
  });

  test('a token beyond any of ours is not even hashed', () =>
    expect(ids.read(ids.sign({ ...remembered, member: 'a'.repeat(20_000) }))).toBeUndefined());

  test('a short key stops the start', () =>
    expect(() => new DecisionIds('short')).toThrow('access: the decision key must have at least 32 bytes'));
});
