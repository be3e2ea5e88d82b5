import type { ExpressionBuilder, Selectable } from 'kysely';
import type { Identity, IdentityKey, MemberReader, MemberWriter } from '../ports/members.js';
import { StoreError } from '../ports/store.js';
import type { SecretPlace } from '../secrets/key-ring.js';
import { changedOne } from './changed-one.js';
import { present } from './column.js';
import type { Executor } from './executor.js';
import type { Tables } from './tables.js';

export function identityReader(
  on: Executor,
): Pick<
  MemberReader,
  'identity' | 'identities' | 'identitiesOf' | 'identitiesWith' | 'hasIdentityFrom' | 'lastClaims'
> {
  return {
    async identity(key) {
      const row = await on.db.selectFrom('identities').selectAll().where(keyed(key)).executeTakeFirst();
      return row && toIdentity(row);
    },

    async identities(organization, member) {
      const rows = await on.db
        .selectFrom('identities')
        .selectAll()
        .where('organization', '=', organization)
        .where('member', '=', member)
        .orderBy('created_at')
        .orderBy('source')
        .orderBy('issuer')
        .orderBy('format')
        .orderBy('subject')
        .execute();
      return rows.map(toIdentity);
    },

    async identitiesOf({ organization, issuer, format, subject }) {
      const rows = await on.db
        .selectFrom('identities')
        .selectAll()
        .where('organization', '=', organization)
        .where('subject', '=', subject)
        .where('issuer', '=', issuer)
        .where('format', '=', format)
        .orderBy('source')
        .execute();
      return rows.map(toIdentity);
    },

    async identitiesWith(organization, source, subject) {
      const rows = await on.db
        .selectFrom('identities')
        .selectAll()
        .where('organization', '=', organization)
        .where('subject', '=', subject)
        .where('source', '=', source)
        .orderBy('issuer')
        .orderBy('format')
        .execute();
      return rows.map(toIdentity);
    },

    async hasIdentityFrom(organization, source) {
      const row = await on.db
        .selectFrom('identities')
        .select('member')
        .where('organization', '=', organization)
        .where('source', '=', source)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },

    async lastClaims(key) {
      const row = await on.db.selectFrom('identities').select('claims').where(keyed(key)).executeTakeFirst();
      return row?.claims ? on.keys.open(row.claims, claimsOf(key)) : undefined;
    },
  };
}

export function identityWriter(
  on: Executor,
): Pick<MemberWriter, 'insertIdentity' | 'recordSignIn' | 'forgetClaims'> {
  return {
    async insertIdentity(identity) {
      const result = await on.db
        .insertInto('identities')
        .values(toRow(identity))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (result.numInsertedOrUpdatedRows === 0n)
        throw new StoreError(
          'identity-taken',
          `the identity \`${identity.subject}\` belongs to a member already`,
        );
    },

    async recordSignIn(key, signIn) {
      const result = await on.db
        .updateTable('identities')
        .set((eb) => ({
          previous_claims_hash: eb.ref('claims_hash'),
          claims_hash: signIn.claimsHash,
          claims: signIn.claims === undefined ? null : on.keys.seal(signIn.claims, claimsOf(key)),
          last_sign_in_at: signIn.at,
          import_done: signIn.importDone ? 1 : 0,
        }))
        .where(keyed(key))
        .executeTakeFirst();
      changedOne(result.numUpdatedRows, `identity \`${key.subject}\``);
    },

    async forgetClaims(organization) {
      await on.db
        .updateTable('identities')
        .set({ claims: null })
        .where('organization', '=', organization)
        .where('claims', 'is not', null)
        .execute();
    },
  };
}

function keyed(key: IdentityKey) {
  return (eb: ExpressionBuilder<Tables, 'identities'>) =>
    eb.and({
      organization: key.organization,
      source: key.source,
      issuer: key.issuer,
      format: key.format,
      subject: key.subject,
    });
}

export function claimsOf(key: IdentityKey): SecretPlace {
  const record = JSON.stringify([key.source, key.issuer, key.format, key.subject]);
  return { organization: key.organization, record, field: 'claims' };
}

function toIdentity(row: Selectable<Tables['identities']>): Identity {
  return present({
    organization: row.organization,
    source: row.source,
    issuer: row.issuer,
    format: row.format,
    subject: row.subject,
    member: row.member,
    importDone: row.import_done === 1,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at,
    claimsHash: row.claims_hash,
    previousClaimsHash: row.previous_claims_hash,
  });
}

function toRow(identity: Identity): Tables['identities'] {
  return {
    organization: identity.organization,
    source: identity.source,
    issuer: identity.issuer,
    format: identity.format,
    subject: identity.subject,
    member: identity.member,
    import_done: identity.importDone ? 1 : 0,
    created_at: identity.createdAt,
    last_sign_in_at: identity.lastSignInAt ?? null,
    claims_hash: identity.claimsHash ?? null,
    previous_claims_hash: identity.previousClaimsHash ?? null,
    claims: null,
  };
}
