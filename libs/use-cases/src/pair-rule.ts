import { readClaim } from '@idp-roles/mapping';
import type { Directory, DirectoryKey, Member, StoreTransaction } from '@idp-roles/store';
import type { Caller, NotAdmitted } from './recognised.js';
import { isPaired } from './take-over.js';

/** Whom the directories mean by this sign-in: the member, locked. */
export type Paired = { readonly as: 'member'; readonly member: Member } | NotAdmitted;

/**
 * L4: what the directories that are paired with the connection say about whose sign-in this is; `undefined` where they know nobody.
 * They need no verified address, and a directory in staging says it too. S8: whom a directory has deleted, and nobody let in again,
 * is refused, also once the directory itself is deleted.
 */
export async function byPairRule(tx: StoreTransaction, caller: Caller): Promise<Paired | undefined> {
  const { organization, source } = caller.key;
  const { members, deleted } = await named(tx, caller);
  const [id, ...others] = members;
  if (others.length > 0) return { as: 'refused', code: 'member-ambiguous' };
  if (id === undefined) return deleted === undefined ? undefined : shutOut(tx, organization, deleted);
  const member = await tx.members.lock(organization, id);
  if (member === undefined) return undefined;
  // While this one waited for the lock, the directory may have said something else.
  const now = await named(tx, caller);
  if (now.members.size !== 1 || !now.members.has(id)) return byPairRule(tx, caller);
  const identities = await tx.members.identities(organization, id);
  // Bound to another subject of this connection: the key was given to somebody else (L4).
  const bound = identities.some((one) => one.source === source);
  return bound ? { as: 'refused', code: 'identity-conflict', member: id } : { as: 'member', member };
}

async function shutOut(tx: StoreTransaction, organization: string, id: string): Promise<NotAdmitted> {
  const member = await tx.members.get(organization, id);
  const code = member?.status === 'suspended' ? 'member-suspended' : 'member-deprovisioned';
  return { as: 'refused', code, member: id };
}

interface Named {
  readonly members: ReadonlySet<string>;
  /** Of a deleted user, where no user that there is has the key. */
  readonly deleted?: string;
}

async function named(tx: StoreTransaction, caller: Caller): Promise<Named> {
  const { organization } = caller.key;
  const members = new Set<string>();
  let deleted: string | undefined;
  for (const directory of await tx.directories.linking(organization)) {
    const key = keyIn(directory, caller);
    if (key === undefined) continue;
    const users = await tx.directoryUsers.byKey(organization, directory.id, key);
    for (const { member } of users) members.add(member);
    if (users.length > 0 || deleted !== undefined) continue;
    deleted = (await tx.directoryUsers.tombstones(organization, directory.id, key))[0]?.member;
  }
  return { members, ...(deleted !== undefined && { deleted }) };
}

/** Of a claim that arrived with several values, or not whole, nobody knows which one is meant. */
function keyIn(directory: Directory, { key, connection, claims }: Caller): DirectoryKey | undefined {
  const { link } = directory;
  if (link === undefined || !isPaired(directory, connection)) return undefined;
  const value = link.claim === 'subject' ? key.subject : onlyValue(claims, link.claim);
  if (value === undefined) return undefined;
  return link.attribute === 'externalId' ? { externalId: value } : { userName: value };
}

function onlyValue(claims: Caller['claims'], claim: string): string | undefined {
  const { state, values } = readClaim(claims, claim);
  return state === 'present' && values.length === 1 ? values[0] : undefined;
}
