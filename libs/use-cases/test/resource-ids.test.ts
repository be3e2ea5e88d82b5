import { afterAll, beforeAll, expect, it } from 'vitest';
import { putResource } from '../src/index.js';
import { key, World, type Tenant } from './world.js';

let world: World;
let acme: Tenant;

beforeAll(async () => {
  world = await World.open();
  acme = await world.organization();
});
afterAll(() => world.close());

const put = (id: string) =>
  putResource(acme.context, { organization: acme.id, resource: { type: 'workspace', id }, actor: key });

it.each(['a', ' \u0001\n', '\u{1f600}', 'x'.repeat(256)])('A2: %j is an id', async (id) => {
  expect(await put(id)).toMatchObject({ outcome: 'created', resource: { id } });
});

it.each(['', 'x'.repeat(257), 'a\0b', 'a\ud800', '\udc00a'])('A2: %j is none', async (id) => {
  await expect(put(id)).rejects.toMatchObject({ code: 'invalid', problems: [{ path: 'id' }] });
});
