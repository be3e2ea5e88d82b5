import { emailDomain, sourceKey } from '@idp-roles/mapping';
import type { Directory, Member } from '@idp-roles/store';
import { isDeepStrictEqual } from 'node:util';
import type { DescribedUser } from './described-user.js';
import { addressOf } from './directory-person.js';
import { linksAs } from './linking-address.js';
import type { RuleFacts } from './rules.js';
import { isLinked } from './take-over.js';
import { UseCaseError } from './use-case-error.js';
import type { Work } from './work.js';

/** Who a new user of a directory is, and by what that was found. */
export interface FoundMember {
  /** Locked. */
  readonly member: Member;
  readonly by: 'tombstone' | 'link' | 'email';
}

/**
 * S8, L4: the member that a new user of a directory is known by its keys to stand for: whom this directory called by the same
 * `externalId` before it deleted them, else whom a paired connection calls by the directory's link. None of it looks beyond the
 * organization. Errors: `user-name-taken`, `identity-conflict` where the directory has another user for the member, `member-ambiguous`.
 */
export async function memberByKeys(
  work: Work,
  rules: RuleFacts,
  directory: Directory,
  user: DescribedUser,
): Promise<FoundMember | undefined> {
  const found = (await byTombstone(work, directory, user)) ?? (await byLink(work, rules, directory, user));
  if (found !== undefined) await refuseSecondUser(work, directory, user, found);
  return found;
}

/**
 * L4: else the member who has the new user's e-mail, if its domain is proven. Errors: as `memberByKeys`, and `email-taken` where somebody
 * has the address and it leads to nobody.
 */
export async function memberByAddress(
  work: Work,
  rules: RuleFacts,
  directory: Directory,
  user: DescribedUser,
): Promise<FoundMember | undefined> {
  const found = await byEmail(work, rules, user);
  if (found !== undefined) await refuseSecondUser(work, directory, user, found);
  return found;
}

async function byTombstone(
  work: Work,
  directory: Directory,
  { externalId }: DescribedUser,
): Promise<FoundMember | undefined> {
  if (externalId === undefined) return undefined;
  const { tx, organization } = work;
  const tombstones = await tx.directoryUsers.tombstones(organization, directory.id, { externalId });
  const ids = new Set(tombstones.map(({ member }) => member));
  if (ids.size > 1) {
    throw ambiguous(
      ids,
      `this directory has deleted ${ids.size} people whose externalId was \`${externalId}\``,
    );
  }
  return lockOnly(work, ids, 'tombstone');
}

async function byLink(
  work: Work,
  rules: RuleFacts,
  directory: Directory,
  user: DescribedUser,
): Promise<FoundMember | undefined> {
  const { link } = directory;
  const name = link && user[link.attribute];
  if (link === undefined || name === undefined) return undefined;
  const { tx, organization } = work;
  const ids = new Set<string>();
  for (const connection of rules.connections) {
    const { id, issuer, subjectClaim } = connection;
    if (link.claim !== 'subject' && link.claim !== subjectClaim) continue;
    if (!isLinked(directory, connection, rules.connections)) continue;
    const source = sourceKey({ connection: id });
    for (const identity of await tx.members.identitiesWith(organization, source, name)) {
      // A subject means a person at one issuer and in one format only.
      const isClaim = link.claim === 'subject' || identity.format === `claim:${link.claim}`;
      if (identity.issuer === issuer && isClaim) ids.add(identity.member);
    }
  }
  if (ids.size > 1) {
    throw ambiguous(ids, `the paired connections know ${ids.size} members as \`${name}\``);
  }
  const found = await lockOnly(work, ids, 'link');
  return found && (await isRecycled(work, directory, user, found.member)) ? undefined : found;
}

/** S8: a userName that this directory has taken from one person and given to another says nothing of who they are. */
async function isRecycled(
  { tx, organization }: Work,
  { id, link }: Directory,
  { userName }: DescribedUser,
  member: Member,
): Promise<boolean> {
  if (link?.attribute !== 'userName' || member.status !== 'deprovisioned') return false;
  if (member.deprovisionedBy === sourceKey({ directory: id })) return true;
  const tombstones = await tx.directoryUsers.tombstones(organization, id, { userName });
  return tombstones.some((tombstone) => tombstone.member === member.id);
}

async function byEmail(work: Work, rules: RuleFacts, user: DescribedUser): Promise<FoundMember | undefined> {
  const email = addressOf(user.attributes);
  if (email === undefined) return undefined;
  const { tx, organization } = work;
  const holders = await tx.members.byEmail(organization, email);
  // S8: an address that was given to somebody else does not lead to whom it was taken from.
  const holder = holders.find(({ status }) => status !== 'deprovisioned');
  if (holder === undefined) return undefined;
  const problem = unlinkable(rules, email, holder);
  if (problem !== undefined) {
    const message = `another member of the organization has the e-mail \`${email}\`: ${problem}`;
    throw new UseCaseError('email-taken', message, { subjects: [holder.id] });
  }
  const member = await tx.members.lock(organization, holder.id);
  // While this one waited for the lock, the address may have changed hands.
  return member !== undefined && isDeepStrictEqual(member, holder)
    ? { member, by: 'email' }
    : byEmail(work, rules, user);
}

/** What an admin has to do before the address leads to its holder. */
function unlinkable({ provenDomains }: RuleFacts, email: string, holder: Member): string | undefined {
  const domain = emailDomain(email);
  if (domain === undefined || !provenDomains.has(domain)) {
    return `prove the domain \`${domain ?? ''}\`, and this user will be that member`;
  }
  if (!linksAs(email)) return 'as written it is only alike under the rules of Unicode; correct it';
  if (!holder.emailLinks) {
    return (
      'they took it later, and no identity provider said that it is verified; let theirs send `email_verified` and ' +
      'have them sign in again, or correct their address'
    );
  }
  return undefined;
}

async function lockOnly(
  { tx, organization }: Work,
  ids: ReadonlySet<string>,
  by: FoundMember['by'],
): Promise<FoundMember | undefined> {
  const [id] = ids;
  const member = id === undefined ? undefined : await tx.members.lock(organization, id);
  return member && { member, by };
}

async function refuseSecondUser(
  { tx, organization }: Work,
  { id: directory }: Directory,
  { userName }: DescribedUser,
  { member, by }: FoundMember,
): Promise<void> {
  const users = await tx.directoryUsers.ofMember(organization, member.id);
  const other = users.find((user) => user.directory === directory);
  if (other === undefined) return;
  const [holder] = await tx.directoryUsers.byKey(organization, directory, { userName });
  if (holder !== undefined) throw userNameTaken(userName);
  const key = { tombstone: 'externalId', link: 'link', email: 'e-mail' }[by];
  throw new UseCaseError(
    'identity-conflict',
    `by its ${key} this is the member who is user \`${other.userName}\` (\`${other.id}\`) of this directory already; ` +
      'change or delete that user first',
    { subjects: [member.id] },
  );
}

function userNameTaken(userName: string): UseCaseError {
  const message = `there is a user with the userName \`${userName}\` already; letter case makes no difference`;
  return new UseCaseError('user-name-taken', message);
}

function ambiguous(members: ReadonlySet<string>, what: string): UseCaseError {
  return new UseCaseError('member-ambiguous', `${what}; which of them this is cannot be told`, {
    subjects: [...members].toSorted(),
  });
}
