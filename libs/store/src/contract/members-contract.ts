import { describe, expect, it } from 'vitest';
import type { Member } from '../ports/members.js';
import { aMember, anOrganization, identity, member } from './specimens.js';
import { expectRefusal, START, type Subject } from './subject.js';

export function membersContract(on: Subject): void {
  describe('members', () => {
    it('keeps every field, and absent ones absent', async () => {
      const bare = await aMember(on);
      expect(await on.store.read.members.get(bare.organization, bare.id)).toStrictEqual(bare);
      const full: Member = {
        ...bare,
        email: 'Alice@Acme.test',
        emailLinks: false,
        name: 'Álice',
        status: 'invited',
        updatedAt: START + 5,
      };
      await on.write((tx) => tx.members.update(full));
      expect(await on.store.read.members.get(bare.organization, bare.id)).toStrictEqual(full);
      expect(await on.write((tx) => tx.members.lock(bare.organization, bare.id))).toStrictEqual(full);
      await on.write((tx) => tx.members.update(bare));
      expect(await on.store.read.members.get(bare.organization, bare.id)).toStrictEqual(bare);
    });

    it('answers undefined for an unknown one, and refuses to update it', async () => {
      const organization = await anOrganization(on);
      expect(await on.store.read.members.get(organization, 'mem_x')).toBeUndefined();
      expect(await on.write((tx) => tx.members.lock(organization, 'mem_x'))).toBeUndefined();
      await expectRefusal(
        on.write((tx) => tx.members.update(member(organization))),
        'store-misused',
      );
    });

    it('finds by folded e-mail: case, composition and punycode aside', async () => {
      const one = await aMember(on, { email: 'J\u006f\u0308RG@BÜCHER.test' });
      for (const email of ['jörg@bücher.test', 'JÖRG@xn--bcher-kva.TEST'])
        expect(await on.store.read.members.byEmail(one.organization, email)).toEqual([one]);
      expect(await on.store.read.members.byEmail(one.organization, 'jorg@bücher.test')).toEqual([]);
    });

    it('lets one living member have an e-mail, and lists deprovisioned ones last (S8)', async () => {
      const gone = await aMember(on, { email: 'a@acme.test', status: 'deprovisioned' });
      const { organization } = gone;
      const alive = await aMember(on, { organization, email: 'A@acme.test', createdAt: START + 1 });
      expect(await on.store.read.members.byEmail(organization, 'a@ACME.test')).toEqual([alive, gone]);
      const third = member(organization, { email: 'a@Acme.test' });
      await expectRefusal(
        on.write((tx) => tx.members.insert(third)),
        'email-taken',
      );
      await on.write(async (tx) => {
        await expectRefusal(tx.members.update({ ...gone, status: 'active' }), 'email-taken');
        // The transaction is as good as before.
        await tx.members.insert({ ...third, status: 'deprovisioned' });
      });
      expect(await on.store.read.members.byEmail(organization, 'a@acme.test')).toHaveLength(3);
      await on.write((tx) => tx.members.update({ ...alive, status: 'deprovisioned' }));
      await on.write((tx) => tx.members.update({ ...gone, status: 'suspended' }));
    });

    it('lets any number have no e-mail', async () => {
      const first = await aMember(on);
      await aMember(on, { organization: first.organization });
      await on.write((tx) => tx.members.update({ ...first, name: 'still alone' }));
    });

    it('raises sessionsValidFrom and never lowers it (S8)', async () => {
      const one = await aMember(on, { sessionsValidFrom: 10 });
      await on.write((tx) => tx.members.update({ ...one, sessionsValidFrom: 20 }));
      await on.write((tx) => tx.members.update({ ...one, sessionsValidFrom: 5 }));
      expect((await on.store.read.members.get(one.organization, one.id))?.sessionsValidFrom).toBe(20);
    });

    it('lists in the order of creation, page by page, or by e-mail', async () => {
      const organization = await anOrganization(on);
      const all: Member[] = [];
      for (let i = 0; i < 5; i++)
        all.push(
          await aMember(on, {
            organization,
            email: `m${i}@acme.test`,
            createdAt: START + 5 - Math.floor(i / 2),
          }),
        );
      const first = await on.store.read.members.list(organization, { limit: 3 });
      const rest = await on.store.read.members.list(organization, { limit: 3, after: first.after });
      const order = all.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
      expect([first.data.length, rest.data.length, rest.after]).toEqual([3, 2, undefined]);
      expect([...first.data, ...rest.data]).toEqual(order);
      expect(
        (await on.store.read.members.list(organization, { limit: 9, email: 'M3@ACME.test' })).data,
      ).toEqual([all[3]]);
      expect((await on.store.read.members.list(organization, { limit: 5 })).after).toBeUndefined();
    });
  });

  describe('identities', () => {
    it('recognises byte by byte', async () => {
      const who = await aMember(on);
      const value = identity(who, {
        subject: 'J\u00f6rg',
        lastSignInAt: START,
        claimsHash: 'h',
        previousClaimsHash: 'g',
      });
      await on.write((tx) => tx.members.insertIdentity(value));
      expect(await on.store.read.members.identity(value)).toStrictEqual(value);
      const others = [
        { subject: 'j\u00f6rg' },
        { subject: 'Jo\u0308rg' },
        { subject: 'J\u00f6rg ' },
        { issuer: 'https://idp.test/' },
        { format: 'claim:oid' },
        { source: 'sso:con_2' },
      ];
      for (const other of others)
        expect(await on.store.read.members.identity({ ...value, ...other })).toBeUndefined();
    });

    it('gives an identity to one member, several identities to a member', async () => {
      const who = await aMember(on);
      const other = await aMember(on, { organization: who.organization });
      const first = identity(who);
      const second = identity(who, { source: 'sso:con_2', createdAt: START + 1 });
      await on.write((tx) => tx.members.insertIdentity(first));
      await on.write(async (tx) => {
        await expectRefusal(tx.members.insertIdentity({ ...first, member: other.id }), 'identity-taken');
        await tx.members.insertIdentity(second);
      });
      expect(await on.store.read.members.identities(who.organization, who.id)).toEqual([first, second]);
      expect(await on.store.read.members.identities(who.organization, other.id)).toEqual([]);
    });

    it('finds one subject of one issuer in every source, and nobody else', async () => {
      const who = await aMember(on);
      const other = await aMember(on, { organization: who.organization });
      const elsewhere = await aMember(on);
      const first = identity(who);
      const second = identity(other, { source: 'sso:con_2' });
      const strangers = [
        identity(who, { subject: 'Alice' }),
        identity(who, { issuer: 'https://idp.test/' }),
        identity(who, { format: 'claim:oid' }),
        identity(elsewhere),
      ];
      await on.write(async (tx) => {
        for (const each of [second, first, ...strangers]) await tx.members.insertIdentity(each);
      });
      const { organization, issuer, format, subject } = first;
      const found = await on.store.read.members.identitiesOf({ organization, issuer, format, subject });
      expect(found).toStrictEqual([first, second]);
    });

    it('L4: tells whether a source has anybody, in one organization', async () => {
      const who = await aMember(on);
      const elsewhere = await aMember(on);
      await on.write(async (tx) => {
        expect(await tx.members.hasIdentityFrom(who.organization, 'sso:con_1')).toBe(false);
        for (const subject of ['alice', 'bob']) await tx.members.insertIdentity(identity(who, { subject }));
        expect(await tx.members.hasIdentityFrom(who.organization, 'sso:con_1')).toBe(true);
      });
      const { members } = on.store.read;
      expect(await members.hasIdentityFrom(who.organization, 'sso:con_1')).toBe(true);
      expect(await members.hasIdentityFrom(who.organization, 'sso:con')).toBe(false);
      expect(await members.hasIdentityFrom(who.organization, 'sso:con_2')).toBe(false);
      expect(await members.hasIdentityFrom(elsewhere.organization, 'sso:con_1')).toBe(false);
    });

    it('D3: forgets the kept claims of one organization, not the hashes', async () => {
      const [mine, theirs] = [identity(await aMember(on)), identity(await aMember(on))];
      await on.write(async (tx) => {
        for (const key of [mine, theirs]) {
          await tx.members.insertIdentity(key);
          await tx.members.recordSignIn(key, { at: 1, claimsHash: 'x', claims: '{}', importDone: true });
        }
        await tx.members.forgetClaims(mine.organization);
      });
      expect(await on.store.read.members.lastClaims(mine)).toBeUndefined();
      expect(await on.store.read.members.identity(mine)).toMatchObject({ claimsHash: 'x', lastSignInAt: 1 });
      expect(await on.store.read.members.lastClaims(theirs)).toBe('{}');
    });

    it('records a sign-in, the hash before it, and the claims or their absence (D3)', async () => {
      const key = identity(await aMember(on));
      await on.write((tx) => tx.members.insertIdentity(key));
      const claims = '{"groups":["Engineering"]}';
      const read = on.store.read.members;
      await on.write((tx) =>
        tx.members.recordSignIn(key, { at: START + 1, claimsHash: 'one', claims, importDone: false }),
      );
      expect(await read.lastClaims(key)).toBe(claims);
      expect(await read.identity(key)).toStrictEqual({ ...key, lastSignInAt: START + 1, claimsHash: 'one' });
      await on.write((tx) =>
        tx.members.recordSignIn(key, { at: START + 2, claimsHash: 'two', importDone: true }),
      );
      expect(await read.lastClaims(key)).toBeUndefined();
      expect(await read.identity(key)).toStrictEqual({
        ...key,
        lastSignInAt: START + 2,
        claimsHash: 'two',
        previousClaimsHash: 'one',
        importDone: true,
      });
      await expectRefusal(
        on.write((tx) =>
          tx.members.recordSignIn({ ...key, subject: 'bob' }, { at: 1, claimsHash: 'x', importDone: true }),
        ),
        'store-misused',
      );
    });

    it('keeps claims sealed: no other key opens them (D5)', async () => {
      const key = identity(await aMember(on));
      await on.write(async (tx) => {
        await tx.members.insertIdentity(key);
        await tx.members.recordSignIn(key, { at: 1, claimsHash: 'x', claims: '{}', importDone: true });
      });
      const stranger = await on.open(['another key that sealed nothing in here']);
      await expectRefusal(stranger.read.members.lastClaims(key), 'secret-unreadable');
      await stranger.close();
    });
  });
}
