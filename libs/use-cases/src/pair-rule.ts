import { readClaim } from '@idp-roles/mapping';
import type {
  Connection,
  Directory,
  DirectoryKey,
  IdentityKey,
  Member,
  StoreTransaction,
} from '@idp-roles/store';
import { isOwnKey } from './linking-address.js';
import type { Caller, NotAdmitted } from './recognised.js';
import { isLinked } from './take-over.js';

/** Whom the directories mean by this sign-in: the member, locked. */
export type Paired = { readonly as: 'member'; readonly member: Member } | NotAdmitted;

/**
 * L4: what the directories that are paired with the connection say about whose sign-in this is; `undefined` where they know nobody.
 * They need no verified address, and a directory in staging says it too. S8: whom a directory has deleted, and nobody let in again,
 * is refused, also once the directory itself is deleted.
 */
export async function byPairRule(tx: StoreTransaction, caller: Caller): Promise<Paired | undefined> {
  const { key } = caller;
  const { organization } = key;
  const { members, deleted, alike } = await named(tx, caller);
  if (alike !== undefined)
    return { as: 'refused', code: 'member-ambiguous', member: alike, detail: lookAlike };
  const [id, ...others] = members;
  if (others.length > 0) return { as: 'refused', code: 'member-ambiguous' };
  if (id === undefined) return deleted === undefined ? undefined : shutOut(tx, organization, deleted);
  const member = await tx.members.lock(organization, id);
  if (member === undefined) return undefined;
  // While this one waited for the lock, the directory may have said something else.
  const now = await named(tx, caller);
  if (now.members.size !== 1 || !now.members.has(id)) return byPairRule(tx, caller);
  const identities = await tx.members.identities(organization, id);
  // Bound to another subject of this connection: the key was given to somebody else (L4). To this one, by another sign-in meanwhile.
  const bound = identities.some((one) => one.source === key.source && !isSame(one, key));
  return bound ? { as: 'refused', code: 'identity-conflict', member: id } : { as: 'member', member };
}

function isSame(one: IdentityKey, other: IdentityKey): boolean {
  return one.issuer === other.issuer && one.format === other.format && one.subject === other.subject;
}

async function shutOut(tx: StoreTransaction, organization: string, id: string): Promise<NotAdmitted> {
  const member = await tx.members.get(organization, id);
  const code = member?.status === 'suspended' ? 'member-suspended' : 'member-deprovisioned';
  return { as: 'refused', code, member: id };
}

const lookAlike = {
  reason:
    'the claim as sent is not the userName that the directory has, only alike under the rules of Unicode; correct it at the identity provider',
};

interface Named {
  readonly members: ReadonlySet<string>;
  /** Whose userName looks like what was sent, and is not the same. */
  readonly alike?: string;
  /** Of a deleted user, where no user that there is has the key. */
  readonly deleted?: string;
}

async function named(tx: StoreTransaction, caller: Caller): Promise<Named> {
  const { organization } = caller.key;
  const members = new Set<string>();
  let deleted: string | undefined;
  const linking = await tx.directories.linking(organization);
  const connections = linking.length === 0 ? [] : await tx.connections.all(organization);
  for (const directory of linking) {
    const key = keyIn(directory, caller, connections);
    if (key === undefined) continue;
    const users = await tx.directoryUsers.byKey(organization, directory.id, key);
    const gone = users.length > 0 ? [] : await tx.directoryUsers.tombstones(organization, directory.id, key);
    const [found] = [...users, ...gone];
    if ('userName' in key && !isOwnKey(key.userName) && found) return { members, alike: found.member };
    for (const { member } of users) members.add(member);
    deleted ??= gone[0]?.member;
  }
  return { members, ...(deleted !== undefined && { deleted }) };
}

/** Of a claim that arrived with several values, or not whole, nobody knows which one is meant. */
function keyIn(
  directory: Directory,
  { key, connection: id, claims }: Caller,
  connections: readonly Connection[],
): Exclude<DirectoryKey, { readonly id: string }> | undefined {
  const { link } = directory;
  const connection = connections.find((one) => one.id === id);
  if (link === undefined || connection === undefined || !isLinked(directory, connection, connections))
    return undefined;
  const value = link.claim === 'subject' ? key.subject : onlyValue(claims, link.claim);
  if (value === undefined) return undefined;
  return link.attribute === 'externalId' ? { externalId: value } : { userName: value };
}

function onlyValue(claims: Caller['claims'], claim: string): string | undefined {
  const { state, values } = readClaim(claims, claim);
  return state === 'present' && values.length === 1 ? values[0] : undefined;
}
