import { describe, expect, it } from 'vitest';
import { aMember, anOrganization, session } from './specimens.js';
import { START, type Subject } from './subject.js';

type Use = readonly [organization: string, connection: string, id: string, expiresAt?: number];

function use(on: Subject, ...[organization, connection, id, expiresAt = START + 100]: Use) {
  return on.write((tx) => tx.replays.use(organization, connection, id, expiresAt));
}

export function sessionsContract(on: Subject): void {
  const read = () => on.store.read.sessions;
  const insert = (...sessions: readonly ReturnType<typeof session>[]) =>
    on.write(async (tx) => {
      for (const each of sessions) await tx.sessions.insert(each);
    });

  describe('sessions', () => {
    it('keeps every field', async () => {
      const who = await aMember(on);
      const [bare, full] = [session(who), session(who, { sessionIndex: '_idx', beganAt: START + 1 })];
      await insert(bare, full);
      expect(await read().get(who.organization, bare.id)).toStrictEqual(bare);
      expect(await read().ofMember(who.organization, who.id)).toStrictEqual([bare, full]);
      expect(await read().get(who.organization, 'x')).toBeUndefined();
    });

    it('an expired one is not there, nor counted among those that ended', async () => {
      const who = await aMember(on);
      const [short, long] = [session(who, { expiresAt: START + 10 }), session(who)];
      await insert(short, long);
      on.now = START + 10;
      expect(await read().get(who.organization, short.id)).toBeUndefined();
      expect(await read().ofMember(who.organization, who.id)).toEqual([long]);
      const ended = await on.write((tx) => tx.sessions.delete(who.organization, [short.id, long.id, 'x']));
      expect(ended).toEqual([long.id]);
      expect(await on.write((tx) => tx.sessions.delete(who.organization, [long.id]))).toEqual([]);
    });

    it('S9: ends those begun through a connection, S8: those of a member', async () => {
      const who = await aMember(on);
      const other = await aMember(on, { organization: who.organization });
      const [a, b, c] = [session(who), session(who, { connection: 'con_2' }), session(other)];
      await insert(a, b, c);
      const ofConnection = await on.write((tx) => tx.sessions.deleteOfConnection(who.organization, 'con_1'));
      expect(new Set(ofConnection)).toEqual(new Set([a, c]));
      expect(await on.write((tx) => tx.sessions.deleteOfMember(who.organization, who.id))).toEqual([b]);
      expect(await on.write((tx) => tx.sessions.deleteOfMember(who.organization, who.id))).toEqual([]);
    });
  });

  describe('replays', () => {
    it('L2: of a hundred copies at once, one is let through', async () => {
      const organization = await anOrganization(on);
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => use(on, organization, 'con_1', '_a')),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
    });

    it('is bound to organization and connection, compares by bytes, takes ids of any length', async () => {
      const [one, two] = [await anOrganization(on), await anOrganization(on)];
      const long = '_'.repeat(100_000);
      for (const id of ['_a', '_A', long]) {
        expect(await use(on, one, 'con_1', id)).toBe(true);
        expect(await use(on, one, 'con_1', id)).toBe(false);
        expect(await use(on, one, 'con_2', id)).toBe(true);
        expect(await use(on, two, 'con_1', id)).toBe(true);
      }
    });

    it('keeps an id until it expires', async () => {
      const organization = await anOrganization(on);
      await use(on, organization, 'con_1', '_a');
      on.now = START + 99;
      expect(await use(on, organization, 'con_1', '_a')).toBe(false);
      on.now = START + 100;
      expect(await use(on, organization, 'con_1', '_a', START + 200)).toBe(true);
    });

    it('a rolled back use did not happen', async () => {
      const organization = await anOrganization(on);
      const failed = on.write(async (tx) => {
        await tx.replays.use(organization, 'con_1', '_a', START + 100);
        throw new Error('refused');
      });
      await expect(failed).rejects.toThrow('refused');
      expect(await use(on, organization, 'con_1', '_a')).toBe(true);
    });
  });
}
