import { describe, expect, it } from 'vitest';
import type { IdpLogout } from '../ports/sessions.js';
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

  describe('sessions an IdP ends (L9)', () => {
    const issuer = 'https://idp.test';
    const name = { format: 'sub', subject: 'alice' };
    const end = (organization: string, logout: Pick<IdpLogout, 'name' | 'sessionIndexes'>) =>
      on.write((tx) =>
        tx.sessions.deleteOfLogout(organization, { connection: 'con_1', issuer, ...logout } as IdpLogout),
      );

    it('of a name: all of them, and nobody else’s', async () => {
      const who = await aMember(on);
      const { organization } = who;
      const elsewhere = await aMember(on);
      const [a, b] = [session(who), session(who, { sessionIndex: 's' })];
      const others = [
        session(who, { subject: 'bob' }),
        session(who, { subject: 'Alice' }),
        session(who, { format: 'other' }),
        session(who, { issuer: 'https://other.test' }),
        session(who, { connection: 'con_2' }),
        session(elsewhere),
      ];
      await insert(a, b, ...others);
      expect(new Set(await end(organization, { name }))).toEqual(new Set([a, b]));
      expect(await end(organization, { name })).toEqual([]);
      const open = await read().ofMember(organization, who.id);
      expect(new Set(open)).toEqual(new Set(others.slice(0, 5)));
      expect(await read().ofMember(elsewhere.organization, elsewhere.id)).toHaveLength(1);
    });

    it('of a name and its session indexes: also those whose index was never told', async () => {
      const who = await aMember(on);
      const [one, two, untold] = [
        session(who, { sessionIndex: '1' }),
        session(who, { sessionIndex: '2' }),
        session(who),
      ];
      const bobs = session(who, { subject: 'bob', sessionIndex: '1' });
      await insert(one, two, untold, bobs);
      const ended = await end(who.organization, { name, sessionIndexes: ['1', '3'] });
      expect(new Set(ended)).toEqual(new Set([one, untold]));
      expect(new Set(await read().ofMember(who.organization, who.id))).toEqual(new Set([two, bobs]));
    });

    it('of session indexes alone, however long; expired ones are not counted', async () => {
      const who = await aMember(on);
      const long = 'x'.repeat(100_000);
      const rows = [session(who), session(who, { sessionIndex: long }), session(who, { sessionIndex: '1' })];
      await insert(...rows, session(who, { sessionIndex: '1', expiresAt: START + 1 }));
      on.now = START + 10;
      const ended = await end(who.organization, { sessionIndexes: [long, '1'] });
      expect(new Set(ended)).toEqual(new Set(rows.slice(1)));
      expect(await end(who.organization, { sessionIndexes: [] })).toEqual([]);
      expect(await read().ofMember(who.organization, who.id)).toEqual([rows[0]]);
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
