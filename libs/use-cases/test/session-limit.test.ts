import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSession } from '../src/index.js';
import { World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

it('L3: of more than a hundred open sessions of one member the oldest end', async () => {
  const acme = await world.organization();
  const okta = await acme.connection();
  const expiresAt = world.now + 1e8;
  const { member } = await acme.signedIn(okta, 'alice');
  const bob = await acme.signedIn(okta, 'bob', {}, { session: { id: 'bob', expiresAt } });
  await world.store.transaction(async (tx) => {
    for (let i = 0; i < 100; i++) {
      await tx.sessions.insert({
        organization: acme.id,
        id: `old-${i}`,
        member: member.id,
        connection: okta,
        issuer: 'https://idp.test',
        format: 'sub',
        subject: 'alice',
        beganAt: world.now - 1_000 + i,
        expiresAt,
      });
    }
  });
  await acme.signedIn(okta, 'alice', {}, { session: { id: 'by-sign-in', expiresAt } });
  const identity = { issuer: 'https://idp.test', format: 'sub', subject: 'alice' };
  // The clock of another instance, behind this one's.
  world.now -= 5_000;
  const session = { ...identity, organization: acme.id, connection: okta, member: member.id, expiresAt };
  await openSession(acme.context, { ...session, id: 'a-first-by-id' });
  const open = (await world.store.read.sessions.ofMember(acme.id, member.id)).map(({ id }) => id);
  expect(open).toHaveLength(100);
  expect(open).toEqual(expect.arrayContaining(['by-sign-in', 'a-first-by-id', 'old-2', 'old-99']));
  expect(open).not.toEqual(expect.arrayContaining(['old-0']));
  expect(await world.store.read.sessions.ofMember(acme.id, bob.member.id)).toHaveLength(1);
  expect((await acme.audit('session.ended')).map(({ subject }) => subject?.id).toSorted()).toEqual([
    'old-0',
    'old-1',
  ]);
});
