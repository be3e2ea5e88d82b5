import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inviteMember } from '../src/index.js';
import { homes, key, World, type Tenant } from './world.js';

const invite = (tenant: Tenant, email: string) =>
  inviteMember(tenant.context, { organization: tenant.id, email, actor: key });

const suspended = (stored: Member): Member => ({ ...stored, status: 'suspended' });

describe.each(homes)('a sign-in that waits for another change of its member, on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  /** Changes the member in a transaction that ends only once `during` has begun, and waits for its lock. */
  async function whileChanging<T>(
    member: Member,
    change: (member: Member) => Member,
    during: () => Promise<T>,
  ): Promise<T> {
    const locked = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const changing = world.store.transaction(async (tx) => {
      const stored = await tx.members.lock(member.organization, member.id);
      await tx.members.update(change(stored!));
      locked.resolve();
      await begun.promise;
    });
    await locked.promise;
    const running = during();
    await pause(80);
    begun.resolve();
    await changing;
    return running;
  }

  it('L4: nobody is linked by an address that the member has lost meanwhile', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const member = await invite(tenant, `ann@${tenant.domain}`);
    const arrived = await whileChanging(
      member,
      (stored) => ({ ...stored, email: `ann.new@${tenant.domain}` }),
      () => tenant.signedIn(connection, 'ann'),
    );
    expect(arrived).toMatchObject({ created: true, linkedBy: 'created' });
    expect(arrived.member.id).not.toBe(member.id);
    expect(await world.store.read.members.identities(tenant.id, member.id)).toEqual([]);
  });

  it('S8: who is suspended meanwhile does not get in, by e-mail nor by identity', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const invited = await invite(tenant, `ben@${tenant.domain}`);
    const { member: known } = await tenant.signedIn(connection, 'cleo');
    for (const [member, name] of [
      [invited, 'ben'],
      [known, 'cleo'],
    ] as const) {
      const refused = await whileChanging(member, suspended, () => tenant.refused(connection, name));
      expect(refused.code).toBe('member-suspended');
    }
  });

  it('L4, S12: many first sign-ins of one invited person at once are one link', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const { id } = await invite(tenant, `dan@${tenant.domain}`);
    const arrivals = await Promise.all(
      Array.from({ length: 8 }, () => tenant.signedIn(connection, 'dan', { groups: [] })),
    );
    expect(new Set(arrivals.map(({ member }) => member.id))).toEqual(new Set([id]));
    expect(arrivals.filter(({ linkedBy }) => linkedBy === 'email')).toHaveLength(1);
    expect(await world.store.read.members.identities(tenant.id, id)).toHaveLength(1);
  });

  it('L4, S12: many first sign-ins of one newcomer at once are one member', async () => {
    const tenant = await world.organization();
    const connection = await tenant.connection();
    const arrivals = await Promise.all(
      Array.from({ length: 8 }, () => tenant.signedIn(connection, 'eve', { groups: [] })),
    );
    expect(new Set(arrivals.map(({ member }) => member.id)).size).toBe(1);
    expect(arrivals.filter(({ created }) => created)).toHaveLength(1);
  });
});
