import * as fc from 'fast-check';
import type { StoreTransaction } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createMapping,
  deactivateMember,
  deleteConnection,
  deleteMapping,
  disableConnection,
  editMapping,
  updateConnection,
  UseCaseError,
  type UseCaseContext,
} from '../src/index.js';
import { homes, key, World, type Tenant } from './world.js';

const common = (tenant: Tenant) => ({ organization: tenant.id, actor: key });

/** A conflict is an answer; anything else is not. */
const settled = (work: Promise<unknown>) =>
  work.catch((error: unknown) => {
    if (!(error instanceof UseCaseError)) throw error;
  });

/** Fails at the n-th call of the transaction, or after its last, before the commit. */
function failing(context: UseCaseContext, at: number): { context: UseCaseContext; calls: () => number } {
  let calls = 0;
  const count = () => {
    if (++calls === at) throw new Error('the power went');
  };
  const port = <T extends object>(of: T): T =>
    new Proxy(of, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          count();
          return (value as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const watched = (tx: StoreTransaction): StoreTransaction =>
    Object.fromEntries(Object.entries(tx).map(([name, of]) => [name, port(of as object)])) as never;
  const { store } = context;
  const transaction = <T>(work: (tx: StoreTransaction) => Promise<T>) =>
    store.transaction(async (tx) => {
      const done = await work(watched(tx));
      count();
      return done;
    });
  const broken = { read: store.read, changes: store.changes, transaction } as UseCaseContext['store'];
  return { context: { ...context, store: broken }, calls: () => calls };
}

describe.each(homes)('edits under load on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  const people = ['ann', 'ben', 'cleo', 'dan', 'eve', 'fay'];
  let sessions = 0;
  const session = () => ({
    session: { id: `load-${home}-${++sessions}`, expiresAt: Number.MAX_SAFE_INTEGER },
  });
  /** S9, over the whole organization: every force grant is supported by its mappings as they now are. */
  async function everyGrantIsSupported(tenant: Tenant, connection: string): Promise<void> {
    const { read } = world.store;
    const source = `sso:${connection}` as const;
    const { changed } = await read.mappings.changedSince(tenant.id, source, 0);
    const mappings = new Map(changed.map(({ mapping }) => [mapping.id, mapping]));
    const active = (await read.connections.get(tenant.id, connection))?.state === 'active';
    for (const grant of await read.grants.bySource(tenant.id, source, ['force', 'default'])) {
      expect(active, 'a grant of a connection that is off').toBe(true);
      expect(grant.evidence, 'a grant that nothing supports').not.toEqual([]);
      for (const { mapping: id, value } of grant.evidence) {
        const mapping = mappings.get(id);
        expect(mapping, 'evidence of a mapping that is gone').toBeDefined();
        expect([mapping?.enabled !== false, mapping?.role, mapping?.value, mapping?.syncMode]).toEqual([
          true,
          grant.role,
          value,
          'force',
        ]);
      }
    }
    const { data } = await read.members.list(tenant.id, { limit: 100 });
    const open = await Promise.all(data.map(({ id }) => read.sessions.ofMember(tenant.id, id)));
    if (!active) expect(open.flat(), 'a session of a connection that is off').toEqual([]);
  }

  const change = fc.oneof(
    fc.record({
      do: fc.constant('edit' as const),
      changes: fc.constantFrom(
        { value: 'A' },
        { value: 'B' },
        { role: 'org-billing' },
        { role: 'org-member' },
        { enabled: false },
        { enabled: true },
        { syncMode: 'import' },
        { syncMode: 'force' },
      ),
    }),
    fc.record({ do: fc.constantFrom('disable' as const, 'enable' as const, 'unmap' as const) }),
  );

  it(
    'S9, S12: whatever is edited while people sign in, nobody keeps what the edit took',
    { timeout: 60_000 },
    async () => {
      const runs = { numRuns: Number(process.env['FC_RUNS'] ?? 15) };
      const groups = fc.subarray(['A', 'B'], { minLength: 1 });
      const load = fc.array(fc.record({ person: fc.constantFrom(...people), groups }), {
        minLength: 6,
        maxLength: 24,
      });
      await fc.assert(
        fc.asyncProperty(load, fc.array(change, { minLength: 1, maxLength: 6 }), async (signIns, changes) => {
          const tenant = await world.organization();
          const connection = await tenant.connection();
          const first = await tenant.mapping(connection, { value: 'A', role: 'org-member' });
          await tenant.mapping(connection, { value: 'B', role: 'org-member' });
          const edits = changes.map(async (one) => {
            const { context } = tenant;
            if (one.do === 'edit')
              await editMapping(context, { ...common(tenant), mapping: first, changes: one.changes });
            else if (one.do === 'unmap') await deleteMapping(context, { ...common(tenant), mapping: first });
            else {
              const state = one.do === 'disable' ? 'disabled' : 'active';
              await updateConnection(context, {
                ...common(tenant),
                connection,
                changes: { state },
                sharedIssuer: false,
              });
            }
          });
          const arrivals = signIns.map(({ person, groups: said }) =>
            tenant.signIn(connection, person, { groups: said }, session()),
          );
          await Promise.all([...edits.map(settled), ...arrivals]);
          await everyGrantIsSupported(tenant, connection);
        }),
        runs,
      );
    },
  );

  it('S12: two edits of one mapping at once both count', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    for (let one = 0; one < 20; one++) {
      const mapping = await tenant.mapping(connection, { value: 'A', role: 'org-member' });
      const edit = (changes: unknown) => editMapping(tenant.context, { ...common(tenant), mapping, changes });
      await Promise.all([edit({ value: 'B' }), edit({ role: 'org-billing' }), edit({ note: 'three' })]);
      const stored = await world.store.read.mappings.get(tenant.id, mapping);
      expect(stored?.mapping).toMatchObject({ value: 'B', role: 'org-billing', note: 'three' });
    }
  });

  it('S9, S12: a connection that is renamed while it is disabled stays disabled', async () => {
    const tenant = await world.organization();
    for (let one = 0; one < 20; one++) {
      const connection = await tenant.connection();
      const rename = { ...common(tenant), connection, changes: { name: 'New' }, sharedIssuer: false };
      await Promise.all([
        disableConnection(tenant.context, { ...common(tenant), connection }),
        updateConnection(tenant.context, rename),
      ]);
      const stored = await world.store.read.connections.get(tenant.id, connection);
      expect(stored).toMatchObject({ state: 'disabled', name: 'New' });
    }
  });

  it('S12: an index that several sign-ins share is never ahead of, or behind, what they may see', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const mapping = await tenant.mapping(connection, { value: 'A', role: 'org-member' });
    for (let one = 0; one < 10; one++) {
      const value = one % 2 === 0 ? 'B' : 'A';
      await Promise.all([
        editMapping(tenant.context, { ...common(tenant), mapping, changes: { value } }),
        ...people.map((person) => tenant.signIn(connection, person, { groups: ['A'] })),
      ]);
      await everyGrantIsSupported(tenant, connection);
    }
  });

  describe('a crash', () => {
    async function everything(tenant: Tenant, connection: string): Promise<unknown> {
      const { read } = world.store;
      const { data } = await read.members.list(tenant.id, { limit: 100 });
      const mine = async ({ id }: { id: string }) => [
        await tenant.grants(id),
        await read.sessions.ofMember(tenant.id, id),
        await read.access.snapshot(tenant.id, id).then((access) => ({ ...access, version: 0 })),
      ];
      return [
        data,
        await Promise.all(data.map(mine)),
        await read.connections.get(tenant.id, connection),
        (await read.mappings.list(tenant.id, { limit: 100 })).data,
        (await tenant.audit()).length,
      ];
    }

    async function populated() {
      const tenant = await world.organization();
      const connection = await tenant.connection({ defaultRole: 'org-guest' });
      const mapping = await tenant.mapping(connection, { value: 'A', role: 'org-member' });
      await tenant.mapping(connection, { value: 'B', role: 'org-member' });
      const said = [['A'], ['A', 'B'], [], ['B']];
      const members = [];
      for (const [place, groups] of said.entries()) {
        const { member } = await tenant.signedIn(connection, people[place]!, { groups }, session());
        members.push(member.id);
      }
      return { tenant, connection, mapping, member: members[0]! };
    }
    type Populated = Awaited<ReturnType<typeof populated>>;

    const verbs: Record<string, (context: UseCaseContext, on: Populated) => Promise<unknown>> = {
      'an edited mapping': (context, { tenant, mapping }) =>
        editMapping(context, { ...common(tenant), mapping, changes: { value: 'C' } }),
      'a deleted mapping': (context, { tenant, mapping }) =>
        deleteMapping(context, { ...common(tenant), mapping }),
      'a new mapping': (context, { tenant, connection }) => {
        const input = { source: { connection }, claim: 'groups', value: 'D', role: 'org-member' };
        return createMapping(context, { ...common(tenant), input });
      },
      'a disabled connection': (context, { tenant, connection }) =>
        disableConnection(context, { ...common(tenant), connection }),
      'a deleted connection': (context, { tenant, connection }) =>
        deleteConnection(context, { ...common(tenant), connection }),
      'a suspended member': (context, { tenant, member }) =>
        deactivateMember(context, { ...common(tenant), member }),
    };

    it.each(Object.entries(verbs))('S12: in the middle of %s leaves all as it was', async (_, verb) => {
      const on = await populated();
      const before = await everything(on.tenant, on.connection);
      let at = 1;
      for (; at < 500; at++) {
        const { context, calls } = failing(on.tenant.context, at);
        const outcome = await verb(context, on).then(
          () => 'done',
          (error: unknown) => (error as Error).message,
        );
        if (outcome === 'done') {
          expect(calls()).toBe(at - 1);
          break;
        }
        expect(outcome).toBe('the power went');
        expect(await everything(on.tenant, on.connection), `at call ${at}`).toEqual(before);
      }
      expect(at).toBeGreaterThan(4);
      expect(await everything(on.tenant, on.connection)).not.toEqual(before);
    });

    it.each(['an edited mapping', 'a disabled connection', 'a suspended member'])(
      'S12: after the commit of %s is answered by saying it again, which changes nothing',
      async (name) => {
        const on = await populated();
        const { store } = on.tenant.context;
        const transaction = async <T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> => {
          await store.transaction(work);
          throw new Error('the answer was lost');
        };
        const deaf = { ...on.tenant.context, store: { read: store.read, transaction } as typeof store };
        await expect(verbs[name]!(deaf, on)).rejects.toThrow('the answer was lost');
        const { tenant, connection } = on;
        const withoutAudit = async () => ((await everything(tenant, connection)) as unknown[]).slice(0, 2);
        const before = await withoutAudit();
        await verbs[name]!(tenant.context, on);
        expect(await withoutAudit()).toEqual(before);
      },
    );
  });
});
