import { describe, expect, it } from 'vitest';
import type { Directory } from '../ports/directories.js';
import {
  aDirectory,
  aGroup,
  aUser,
  directory,
  directoryToken,
  directoryUser,
} from './directory-specimens.js';
import { anOrganization } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

export function directoriesContract(on: Subject): void {
  describe('directories', () => {
    it('keeps every field, and forgets what is taken away', async () => {
      const bare = await aDirectory(on);
      const read = on.store.read.directories;
      expect(await read.get(bare.organization, bare.id)).toStrictEqual(bare);
      const full: Directory = {
        ...bare,
        name: 'Ünï',
        state: 'staging',
        defaultRole: 'org-guest',
        pairedConnections: [],
        link: { claim: 'employee\\.id', attribute: 'externalId', since: 5 },
        updatedAt: START + 1,
      };
      await on.write((tx) => tx.directories.update(full));
      expect(await read.get(bare.organization, bare.id)).toStrictEqual(full);
      await on.write((tx) => tx.directories.update(bare));
      expect(await read.get(bare.organization, bare.id)).toStrictEqual(bare);
      await expectRefusal(
        on.write((tx) => tx.directories.update(directory(bare.organization))),
        'store-misused',
      );
    });

    it('lists page by page, and all, oldest first', async () => {
      const organization = await anOrganization(on);
      const all: Directory[] = [];
      for (let i = 0; i < 3; i++) all.push(await aDirectory(on, { organization, createdAt: START + i }));
      const read = on.store.read.directories;
      const first = await read.list(organization, { limit: 2 });
      const rest = await read.list(organization, { limit: 2, after: first.after });
      expect([...first.data, ...rest.data]).toEqual(all);
      expect(rest.after).toBeUndefined();
      expect(await read.all(organization)).toEqual(all);
      expect(await read.linking(organization)).toEqual([]);
    });

    it('S8: deleted, it is nowhere but among those that link, and what it held is gone but for its tombstones', async () => {
      const link = { claim: 'subject', attribute: 'externalId', since: 5 } as const;
      const gone = await aDirectory(on, { link });
      const { organization } = gone;
      const stays = await aDirectory(on, { organization, link, createdAt: START + 1 });
      const [buried, alice, bob] = [
        await aUser(on, gone, 'carol', { externalId: 'c' }),
        await aUser(on, gone, 'alice', { attributes: { emails: [{ value: 'a@acme.test' }] } }),
        await aUser(on, stays, 'bob'),
      ];
      const group = await aGroup(on, gone, 'Engineering');
      const token = directoryToken(gone);
      await on.write(async (tx) => {
        await tx.directories.insertToken(token);
        await tx.directoryGroups.addMembers(organization, gone.id, group.id, [{ value: alice.id }]);
        await tx.directoryUsers.delete(buried, START + 5);
        await tx.directories.delete(organization, gone.id);
      });
      const { directories, directoryUsers, directoryGroups } = on.store.read;
      expect(await directories.get(organization, gone.id)).toBeUndefined();
      expect(await directories.all(organization)).toEqual([stays]);
      expect((await directories.list(organization, { limit: 9 })).data).toEqual([stays]);
      expect(await directories.linking(organization)).toEqual([gone, stays]);
      expect(await directories.tokens(organization, gone.id)).toEqual([]);
      expect(await directories.token(organization, gone.id, token.hash)).toBeUndefined();
      expect(await directoryUsers.get(organization, gone.id, alice.id)).toBeUndefined();
      expect(await directoryUsers.ofMember(organization, alice.member)).toEqual([]);
      expect(await directoryUsers.count(organization, gone.id)).toBe(0);
      expect(await directoryGroups.get(organization, gone.id, group.id)).toBeUndefined();
      expect(await directoryGroups.users(organization, gone.id, group.id)).toEqual([]);
      const query = { count: 9, total: true };
      expect(await directoryGroups.query(organization, gone.id, query)).toEqual({ data: [], total: 0 });
      const found = await directoryUsers.tombstones(organization, gone.id, { externalId: 'c' });
      expect(found).toMatchObject([{ user: buried.id, member: buried.member }]);
      expect(await directoryUsers.get(organization, stays.id, bob.id)).toEqual(bob);
      expect(await directoryUsers.count(organization, stays.id)).toBe(1);
      await expectRefusal(
        on.write((tx) => tx.directories.update(gone)),
        'store-misused',
      );
      // One that was being issued meanwhile opens nothing.
      await on.write((tx) => tx.directories.insertToken(token));
      expect(await directories.token(organization, gone.id, token.hash)).toBeUndefined();
    });
  });

  describe('directory tokens', () => {
    it('D5: are found by hash in their directory, expired or not, with the directory', async () => {
      const mine = await aDirectory(on);
      const theirs = await aDirectory(on, { organization: mine.organization });
      const elsewhere = await aDirectory(on);
      const [first, second] = [
        directoryToken(mine, { createdAt: START + 2 }),
        directoryToken(mine, { createdAt: START + 1, expiresAt: 1, lastUsedAt: 7 }),
      ];
      await on.write(async (tx) => {
        for (const token of [first, second]) await tx.directories.insertToken(token);
      });
      const read = on.store.read.directories;
      expect(await read.token(mine.organization, mine.id, first.hash)).toStrictEqual({
        token: first,
        directory: mine,
      });
      expect(await read.token(mine.organization, mine.id, second.hash)).toStrictEqual({
        token: second,
        directory: mine,
      });
      expect(await read.tokens(mine.organization, mine.id)).toStrictEqual([second, first]);
      for (const [organization, id, hash] of [
        [mine.organization, theirs.id, first.hash],
        [elsewhere.organization, mine.id, first.hash],
        [mine.organization, mine.id, first.hash.toUpperCase()],
      ] as const)
        expect(await read.token(organization, id, hash)).toBeUndefined();
      const statements = await on.statementsOf(() => read.token(mine.organization, mine.id, first.hash));
      expect(statements).toBe(1);
    });

    it('tells when one was last used, never earlier than it knew, and whether one was there to delete', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const token = directoryToken(within);
      const lastUse = async () => (await on.store.read.directories.tokens(organization, id))[0]?.lastUsedAt;
      await on.write((tx) => tx.directories.insertToken(token));
      for (const [at, known] of [
        [9, 9],
        [7, 9],
        [11, 11],
      ] as const) {
        await on.write((tx) => tx.directories.tokenUsed(organization, id, token.id, at));
        expect(await lastUse()).toBe(known);
      }
      expect(await on.write((tx) => tx.directories.deleteToken(organization, 'dir_x', token.id))).toBe(false);
      expect(await on.write((tx) => tx.directories.deleteToken(organization, id, token.id))).toBe(true);
      expect(await on.write((tx) => tx.directories.deleteToken(organization, id, token.id))).toBe(false);
    });
  });

  describe('a directory of many', () => {
    it('goes whole, also where that takes several statements', async () => {
      const within = await aDirectory(on);
      const { organization, id } = within;
      const member = await aUser(on, within, 'first');
      await on.write(async (tx) => {
        for (let i = 0; i < 60; i++) {
          const user = directoryUser(within, `u${i}`, { member: member.member });
          await tx.directoryUsers.insert(user);
          const group = { organization, directory: id, id: `grp_${i}`, displayName: `g${i}`, version: 1 };
          await tx.directoryGroups.insert({ ...group, createdAt: 1, updatedAt: 1 });
          await tx.directoryGroups.addMembers(organization, id, group.id, [{ value: user.id }]);
        }
      });
      expect(await on.store.read.directoryUsers.count(organization, id)).toBe(61);
      await on.write((tx) => tx.directories.delete(organization, id));
      for (const noun of [on.store.read.directoryUsers, on.store.read.directoryGroups])
        expect(await noun.query(organization, id, { count: 9, total: true })).toEqual({ data: [], total: 0 });
    });
  });
}
