import { afterAll, beforeAll, expect, it } from 'vitest';
import { updateOrganization } from '../src/index.js';
import { key, World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('D3: turning claims off forgets those that were kept, of this organization alone', async () => {
  const [acme, globex] = [await world.organization(), await world.organization()];
  for (const tenant of [acme, globex]) {
    await tenant.signedIn(await tenant.connection(), 'alice', { groups: ['Engineering'] });
  }
  const kept = async (organization: string) =>
    (await world.rows('identities', organization)).filter(({ claims }) => claims !== null).length;
  const { id: organization } = acme;
  await updateOrganization(acme.context, { organization, name: 'Acme', actor: key });
  expect(await kept(acme.id)).toBe(1);
  await updateOrganization(acme.context, { organization, keepClaims: false, actor: key });
  expect(await kept(acme.id)).toBe(0);
  expect(await kept(globex.id)).toBe(1);
  const [identity] = await world.rows('identities', acme.id);
  expect(identity?.['claims_hash']).toEqual(expect.any(String));
});
