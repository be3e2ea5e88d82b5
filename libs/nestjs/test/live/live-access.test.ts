import { defineAccess } from '@idp-roles/access';
import type { Change, Store, StoredAccess } from '@idp-roles/store';
import { describe, expect, it } from 'vitest';
import { LiveAccess } from '../../src/live/live-access.js';

const model = defineAccess({
  resources: { project: { parent: 'organization' } },
  roles: { 'org-member': { permissions: ['project:view'] } },
});

/** A store whose every read takes a turn of the event loop, in which `during` may announce changes. */
function slowStore(during: (read: number) => void = () => undefined) {
  let announce: (change: Change) => void = () => undefined;
  let missed: () => void = () => undefined;
  let reads = 0;
  let email = 'before@acme.test';
  const answer = async <T>(value: () => T): Promise<T> => {
    const read = value();
    during((reads += 1));
    await new Promise((resolve) => setImmediate(resolve));
    return read;
  };
  const store = {
    changes: {
      isCurrent: () => true,
      subscribe: (listener: (change: Change) => void, missedToo: () => void) => {
        announce = listener;
        missed = missedToo;
        return () => undefined;
      },
    },
    read: {
      access: { snapshot: (organization: string, member: string) => answer(() => row(organization, member)) },
      roles: { all: () => Promise.resolve([]) },
      resources: {
        path: (_: string, { type, id }: { type: string; id: string }) => answer(() => [{ type, id }]),
      },
    },
  } as unknown as Store;
  const row = (organization: string, member: string): StoredAccess => ({
    organization,
    member,
    email,
    status: 'active',
    sessionsValidFrom: 0,
    grants: [],
    sessions: [],
    version: 1,
  });
  return {
    store,
    rename: (to: string) => (email = to),
    announce: (members: Change['members'], organization = 'acme') =>
      announce({ organization, members, version: 1 }),
    miss: () => missed(),
    reads: () => reads,
  };
}

describe('A7: the live state of members', () => {
  it('is read once for many who ask at once, and kept', async () => {
    const slow = slowStore();
    const live = new LiveAccess(model, slow.store);
    const asked = await Promise.all(Array.from({ length: 20 }, () => live.member('acme', 'alice')));
    expect(new Set(asked).size).toBe(1);
    expect(await live.member('acme', 'alice')).toBe(asked[0]);
    expect(slow.reads()).toBe(1);
  });

  it('a change during the read is seen by those who wait and by those who ask after it', async () => {
    for (const members of [['alice'], 'all'] as const) {
      const slow = slowStore((read) => {
        if (read !== 1) return;
        slow.rename('after@acme.test');
        slow.announce(members);
      });
      const live = new LiveAccess(model, slow.store);
      const first = live.member('acme', 'alice');
      const joined = live.member('acme', 'alice');
      expect((await first)?.stored.email).toBe('after@acme.test');
      expect((await joined)?.stored.email).toBe('after@acme.test');
      expect(slow.reads()).toBe(2);
    }
  });

  it('writes to other members, one during every read, keep nobody waiting', async () => {
    const slow = slowStore(() => slow.announce(['bob', 'carol']));
    const live = new LiveAccess(model, slow.store);
    expect((await live.member('acme', 'alice'))?.stored.member).toBe('alice');
    expect(slow.reads()).toBe(1);
  });

  it('is forgotten with a change of the member or of the organization, and of no other', async () => {
    const slow = slowStore();
    const live = new LiveAccess(model, slow.store);
    await live.member('acme', 'alice');
    slow.announce(['bob']);
    slow.announce('all', 'globex');
    await live.member('acme', 'alice');
    expect(slow.reads()).toBe(1);
    slow.announce(['alice']);
    await live.member('acme', 'alice');
    slow.announce('all');
    await live.member('acme', 'alice');
    expect(slow.reads()).toBe(3);
  });

  it('is forgotten, with every path, where changes may have been missed', async () => {
    const slow = slowStore();
    const live = new LiveAccess(model, slow.store);
    const ask = async () => {
      await live.member('acme', 'alice');
      await live.path('globex', { type: 'project', id: 'p' });
    };
    await ask();
    await ask();
    expect(slow.reads()).toBe(2);
    slow.miss();
    await ask();
    expect(slow.reads()).toBe(4);
  });

  it('is not kept by one that is closed: it hears nothing any more', async () => {
    const slow = slowStore();
    const live = new LiveAccess(model, slow.store);
    await live.member('acme', 'alice');
    live.close();
    await live.member('acme', 'alice');
    await live.member('acme', 'alice');
    expect(slow.reads()).toBe(3);
  });

  it('a failed read is not kept', async () => {
    let fails = true;
    const slow = slowStore(() => {
      if (fails) throw new Error('away');
    });
    const live = new LiveAccess(model, slow.store);
    await expect(live.member('acme', 'alice')).rejects.toThrow('away');
    fails = false;
    expect(await live.member('acme', 'alice')).toBeDefined();
  });
});

describe('A7: paths of resources', () => {
  const project = { type: 'project', id: 'p' };

  it('are kept until the organization changes, and not where that happened during the read', async () => {
    const slow = slowStore((read) => {
      if (read === 1) slow.announce('all');
    });
    const live = new LiveAccess(model, slow.store);
    await live.path('acme', project);
    await live.path('acme', project);
    await live.path('acme', project);
    expect(slow.reads()).toBe(2);
    slow.announce('all');
    await live.path('acme', project);
    expect(slow.reads()).toBe(3);
  });
});
