import type { StoreTransaction } from '@idp-roles/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  assignRole,
  createMapping,
  createRole,
  deleteMapping,
  editMapping,
  RulesCache,
  updateConnection,
  updateOrganization,
  updateRole,
  type UseCaseContext,
} from '../src/index.js';
import { TestDirectory } from './directories.js';
import { homes, key, World, type Tenant } from './world.js';

/** What rules are read by. */
const readers = {
  organizations: ['get', 'domains'],
  connections: ['all', 'get'],
  directories: ['all', 'linking'],
  roles: ['all'],
  mappings: ['changedSince'],
} as const;

/** The context with a list of the reads of rules made in its transactions. */
function watched(context: UseCaseContext): { context: UseCaseContext; reads: string[] } {
  const reads: string[] = [];
  const spied = (tx: StoreTransaction): StoreTransaction => {
    const spies = Object.entries(readers).map(([port, methods]) => {
      const real = tx[port as keyof typeof readers] as object;
      const proxy = new Proxy(real, {
        get(target, name, receiver) {
          if ((methods as readonly string[]).includes(String(name))) reads.push(`${port}.${String(name)}`);
          return Reflect.get(target, name, receiver) as unknown;
        },
      });
      return [port, proxy];
    });
    return { ...tx, ...(Object.fromEntries(spies) as object) };
  };
  const store = Object.create(context.store, {
    transaction: {
      value: <T>(work: (tx: StoreTransaction) => Promise<T>) =>
        context.store.transaction((tx) => work(spied(tx))),
    },
  }) as UseCaseContext['store'];
  return { context: { ...context, store, rules: new RulesCache() }, reads };
}

describe.each(homes)('S12: rules by their version on %s', (home) => {
  let world: World;
  let acme: Tenant;
  let okta: string;

  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    acme = await world.organization();
    okta = await acme.connection({ jit: true });
    await acme.mapping(okta, { value: 'Staff', role: 'org-guest' });
  });

  it('a sync reads none of them at a version that is known, and each once after a change', async () => {
    const { context, reads } = watched(acme.context);
    const enter = () => acme.signInBy(context, okta, 'alice', { groups: ['Staff'] });
    await enter();
    const all = [
      'organizations.get',
      'organizations.domains',
      'connections.all',
      'directories.all',
      'roles.all',
    ];
    // `linking` is asked of a newcomer alone.
    expect(reads.toSorted()).toEqual([...all, 'directories.linking', 'mappings.changedSince'].toSorted());
    reads.length = 0;
    await enter();
    await enter();
    expect(reads).toEqual([]);
    await acme.mapping(okta, { value: 'Engineering', role: 'org-member' });
    await enter();
    expect(reads.toSorted()).toEqual([...all, 'mappings.changedSince'].toSorted());
  });

  it('another organization’s change costs this one nothing', async () => {
    const { context, reads } = watched(acme.context);
    await acme.signInBy(context, okta, 'alice', {});
    reads.length = 0;
    const globex = await world.organization();
    await globex.mapping(await globex.connection(), { value: 'A', role: 'org-member' });
    await acme.signInBy(context, okta, 'alice', {});
    expect(reads).toEqual([]);
  });

  it('each change another instance makes is followed by the next sync here', async () => {
    const other: UseCaseContext = { ...acme.context, rules: new RulesCache() };
    const write = { organization: acme.id, actor: key };
    const enter = async (groups = ['Staff']) => {
      const outcome = await acme.signIn(okta, 'alice', { groups, email: [`alice@${acme.domain}`] });
      if (outcome.outcome === 'refused') return outcome.code;
      return outcome.grants.map(({ role }) => role).toSorted();
    };
    expect(await enter()).toEqual(['org-guest']);
    const { mapping } = await createMapping(other, {
      ...write,
      input: { source: { connection: okta }, claim: 'groups', value: 'Staff', role: 'org-member' },
    });
    expect(await enter()).toEqual(['org-guest', 'org-member']);
    await editMapping(other, { ...write, mapping: mapping.id, changes: { value: 'Managers' } });
    expect(await enter()).toEqual(['org-guest']);
    await editMapping(other, { ...write, mapping: mapping.id, changes: { value: 'Staff' } });
    expect(await enter()).toEqual(['org-guest', 'org-member']);
    await deleteMapping(other, { ...write, mapping: mapping.id });
    expect(await enter()).toEqual(['org-guest']);
    const role = await createRole(other, {
      ...write,
      slug: 'custom-auditor',
      name: 'Auditor',
      permissions: ['project:view'],
    });
    await createMapping(other, {
      ...write,
      input: { source: { connection: okta }, claim: 'groups', value: 'Staff', role: 'custom-auditor' },
    });
    expect(await enter()).toEqual([role.id, 'org-guest'].toSorted());
    await updateRole(other, { ...write, role: 'custom-auditor', changes: { idpGrantable: false } });
    expect(await enter()).toEqual(['org-guest']);
    const domain = {
      source: { connection: okta },
      claim: 'email',
      value: `@${acme.domain}`,
      role: 'org-billing',
    };
    await createMapping(other, { ...write, input: domain });
    expect(await enter()).toEqual(['org-billing', 'org-guest']);
    await acme.connection();
    await updateOrganization(other, { ...write, domains: [] });
    expect(await enter()).toEqual(['org-guest']);
    await updateConnection(other, {
      ...write,
      connection: okta,
      changes: { defaultRole: 'org-billing' },
      sharedIssuer: false,
    });
    expect(await enter([])).toEqual(['org-billing']);
    await updateConnection(other, {
      ...write,
      connection: okta,
      changes: { state: 'disabled' },
      sharedIssuer: false,
    });
    expect(await enter()).toBe('connection-not-active');
  });

  it('what a failed change had written is not followed, nor kept', async () => {
    const entra = await TestDirectory.of(acme);
    const alice = await entra.user('alice');
    const boom = new Error('boom');
    const store = Object.create(acme.context.store, {
      transaction: {
        value: <T>(work: (tx: StoreTransaction) => Promise<T>) =>
          acme.context.store.transaction(async (tx) => {
            await work(tx);
            throw boom;
          }),
      },
    }) as UseCaseContext['store'];
    const input = { source: { directory: entra.id }, claim: 'groups', value: 'A', role: 'org-member' };
    const failing = { ...acme.context, store };
    await expect(createMapping(failing, { organization: acme.id, actor: key, input })).rejects.toBe(boom);
    await entra.group('A', [alice]);
    expect(await acme.held(alice.member)).toEqual([]);
    // The next change takes the version that the failed one had.
    await entra.mapping({ value: 'B', role: 'org-member' });
    await entra.group('B', [alice]);
    expect(await acme.held(alice.member)).toEqual(['org-member force']);
  });

  it('an assignment finds the role that another instance has made since', async () => {
    const assign = { organization: acme.id, actor: key, role: 'custom-x' };
    const { member } = await acme.signedIn(okta, 'alice', { groups: ['Staff'] });
    await expect(assignRole(acme.context, { ...assign, member: member.id })).rejects.toMatchObject({
      code: 'role-missing',
    });
    const other: UseCaseContext = { ...acme.context, rules: new RulesCache() };
    await createRole(other, {
      organization: acme.id,
      actor: key,
      slug: 'custom-x',
      name: 'X',
      permissions: ['project:view'],
    });
    expect((await assignRole(acme.context, { ...assign, member: member.id })).outcome).toBe('assigned');
  });

  it('keeps no more organizations than it is told to', async () => {
    const { context, reads } = watched(acme.context);
    const small: UseCaseContext = { ...context, rules: new RulesCache(1) };
    const globex = await world.organization();
    const theirs = await globex.connection();
    await acme.signInBy(small, okta, 'alice', {});
    await globex.signInBy(small, theirs, 'bob', {});
    reads.length = 0;
    await acme.signInBy(small, okta, 'alice', {});
    expect(reads).toContain('connections.all');
  });
});
