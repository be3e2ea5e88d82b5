import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endSessionsAtIdp } from '../src/index.js';
import { homes, World, type Tenant } from './world.js';

describe.each(homes)('sessions that an IdP ends, on %s', (home) => {
  let world: World;
  let acme: Tenant;
  let okta: string;
  let messages = 0;
  beforeAll(async () => {
    world = await World.open(home);
    acme = await world.organization();
    okta = await acme.connection();
  });
  afterAll(() => world.close());

  const open = async (member: string) =>
    (await world.store.read.sessions.ofMember(acme.id, member)).map(({ id }) => id).toSorted();
  const session = (
    id: string,
    more: { sessionIndex?: string; name?: { format: string; subject: string } } = {},
  ) => ({
    session: { id, expiresAt: world.now + 1e8, ...more },
  });
  const logout = (
    what: { subject?: string; sessionIndexes?: readonly string[] },
    replay = `m${++messages}`,
  ) => {
    const { subject, sessionIndexes = [] } = what;
    const named = subject === undefined ? { sessionIndexes } : { name: { format: 'sub', subject } };
    return endSessionsAtIdp(acme.context, {
      connection: okta,
      issuer: 'https://idp.test',
      ...named,
      ...(what.sessionIndexes && { sessionIndexes }),
      replayKey: { id: replay, expiresAt: world.now + 60_000 },
    });
  };

  it('L9: all of one person, with an event each, and of nobody else', async () => {
    const { member } = await acme.signedIn(okta, 'alice', {}, session('a1'));
    await acme.signedIn(okta, 'alice', {}, session('a2', { sessionIndex: 's' }));
    const bob = await acme.signedIn(okta, 'bob', {}, session('b1'));
    const ended = await logout({ subject: 'alice' });
    expect(ended).toEqual({ outcome: 'ended', ended: expect.arrayContaining(['a1', 'a2']) });
    expect(await open(member.id)).toEqual([]);
    expect(await open(bob.member.id)).toEqual(['b1']);
    const events = await acme.audit('session.ended');
    expect(events).toHaveLength(2);
    for (const event of events) {
      expect(event).toMatchObject({
        member: member.id,
        actor: { kind: 'sso', id: okta },
        cause: { by: 'idp-logout', connection: okta },
      });
    }
  });

  it('L9: of one session index only that one', async () => {
    const { member } = await acme.signedIn(okta, 'carol', {}, session('c1', { sessionIndex: '1' }));
    await acme.signedIn(okta, 'carol', {}, session('c2', { sessionIndex: '2' }));
    await logout({ sessionIndexes: ['1'] });
    expect(await open(member.id)).toEqual(['c2']);
  });

  it('L4, L9: with a `subjectClaim` the IdP’s own name counts', async () => {
    const { member } = await acme.signedIn(
      okta,
      'dana',
      {},
      session('d1', { name: { format: 'sub', subject: 'dana-at-idp' } }),
    );
    await logout({ subject: 'dana' });
    expect(await open(member.id)).toEqual(['d1']);
    await logout({ subject: 'dana-at-idp' });
    expect(await open(member.id)).toEqual([]);
  });

  it('L2: a message counts once, of many copies at once too', async () => {
    const { member } = await acme.signedIn(okta, 'erin', {}, session('e1'));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => logout({ subject: 'erin' }, 'same')));
    expect(outcomes.filter(({ outcome }) => outcome === 'ended')).toHaveLength(1);
    await acme.signedIn(okta, 'erin', {}, session('e2'));
    expect(await logout({ subject: 'erin' }, 'same')).toEqual({ outcome: 'replayed' });
    expect(await open(member.id)).toEqual(['e2']);
  });

  it('L2: an assertion and a logout of one id do not meet', async () => {
    const replayKey = { id: 'shared', expiresAt: world.now + 60_000 };
    const { member } = await acme.signedIn(okta, 'frank', {}, { replayKey, ...session('f1') });
    expect(await logout({ subject: 'frank' }, 'shared')).toMatchObject({ outcome: 'ended' });
    expect(await open(member.id)).toEqual([]);
  });

  it('of a connection that is nobody’s nothing ends', async () => {
    const replayKey = { id: 'x', expiresAt: world.now + 60_000 };
    const name = { format: 'sub', subject: 'alice' };
    const of = { connection: 'con_nobody', issuer: 'https://idp.test', name, replayKey };
    expect(await endSessionsAtIdp(acme.context, of)).toEqual({ outcome: 'ended', ended: [] });
  });
});
