import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import type { LiveAccess, LiveMember } from '../../src/live/live-access.js';
import { CurrentMember } from '../../src/sessions/current-member.js';
import type { Sessions } from '../../src/sessions/sessions.js';
import type { UseCases } from '../../src/use-cases.js';

const now = 1_000_000;
const member = (...sessions: string[]) => ({ sessions: new Set(sessions) }) as unknown as LiveMember;

/** What is kept here, what the store has, and a session that this browser brings. */
function asked(kept: LiveMember, stored: LiveMember, beganAt: number) {
  let reads = 0;
  const session = { id: 'new', organization: 'org', member: 'mem', beganAt };
  const current = new CurrentMember(
    { principal: () => Promise.resolve(session) } as unknown as Sessions,
    {
      member: () => Promise.resolve(kept),
      memberAnew: () => Promise.resolve((reads++, stored)),
    } as unknown as LiveAccess,
    { context: { clock: () => now } } as unknown as UseCases,
  );
  return { principal: () => current.principal({} as Request, {} as Response), reads: () => reads };
}

describe('A7: a session that what is kept does not know', () => {
  it('began on another instance a moment ago: the store knows it', async () => {
    const { principal } = asked(member('old'), member('old', 'new'), now - 50);
    expect(await principal()).toMatchObject({ id: 'new' });
  });

  it('S8: that ended is not open, however young it is', async () => {
    const { principal } = asked(member('old'), member('old'), now - 50);
    expect(await principal()).toBeUndefined();
  });

  it('and that is older than any change takes to be heard costs no look at the store', async () => {
    const { principal, reads } = asked(member('old'), member('old', 'new'), now - 2_001);
    expect(await principal()).toBeUndefined();
    expect(reads()).toBe(0);
  });
});
