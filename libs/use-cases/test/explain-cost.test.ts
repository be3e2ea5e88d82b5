import { afterAll, beforeAll, expect, it } from 'vitest';
import { explain, type UseCaseContext } from '../src/index.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

/** The context with a count of the calls of each reader of mappings. */
function counting(context: UseCaseContext): { context: UseCaseContext; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const mappings = new Proxy(context.store.read.mappings, {
    get(target, name, receiver) {
      calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  const store = Object.create(context.store, {
    read: { value: { ...context.store.read, mappings } },
  }) as UseCaseContext['store'];
  return { context: { ...context, store }, calls };
}

it('M10: explain compiles a source once and reads notes once, however many mappings lead to a role', async () => {
  const acme = await world.organization();
  const okta = await acme.connection();
  const entra = await acme.connection();
  for (let i = 0; i < 5; i++) {
    for (const connection of [okta, entra]) {
      await acme.mapping(connection, { value: `Admins ${i}`, role: 'org-admin' });
      await acme.mapping(connection, { value: `Staff`, role: 'org-member', note: `number ${i}` });
    }
  }
  const { member } = await acme.signedIn(okta, 'alice', { groups: ['Staff', 'Admins'] });
  await acme.signedIn(entra, 'alice', { groups: ['admins 3'] });
  const { context, calls } = counting(acme.context);
  const asked = { organization: acme.id, member: member.id };
  const { roles } = await explain(context, asked);
  expect(roles[0]?.grants[0]?.evidence.map(({ note }) => note).toSorted()).toEqual(
    [0, 1, 2, 3, 4].map((i) => `number ${i}`),
  );
  expect(Object.fromEntries(calls)).toEqual({ byIds: 1 });
  calls.clear();
  const { whyNot } = await explain(context, { ...asked, role: 'org-admin' });
  expect(whyNot).toHaveLength(10);
  expect(whyNot?.filter(({ code }) => code === 'case-mismatch')).toMatchObject([{ nearly: 'admins 3' }]);
  expect(Object.fromEntries(calls)).toEqual({ byIds: 1, toRole: 1, changedSince: 2 });
});
