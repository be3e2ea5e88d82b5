import type { Directory, DirectoryUser, SessionRow } from '@idp-roles/store';
import { isDeepStrictEqual } from 'node:util';
import { admitUser } from './admit-user.js';
import { againAfterRace } from './again-after-race.js';
import type { UseCaseContext } from './context.js';
import { describedUser, type DescribedUser } from './described-user.js';
import { addressOf, nameOf } from './directory-person.js';
import { lockMember } from './find.js';
import { findDirectory } from './find-directory.js';
import { lockUser } from './lock-user.js';
import { isAddressRace } from './provision-user.js';
import { recordUser } from './record-user.js';
import { rederive } from './rederive-users.js';
import { removeUser } from './remove-user.js';
import { updateMemberOfUser } from './update-member-of-user.js';
import { performForMember, type Work } from './work.js';

type Attributes = DirectoryUser['attributes'];

export interface ChangeUser {
  readonly organization: string;
  readonly directory: string;
  readonly user: string;
  /** Versions, one of which the user must be at. */
  readonly ifMatch?: readonly number[];
  /** Pure: may be asked more than once. What it throws leaves nothing changed. */
  readonly change: (current: Attributes) => Attributes;
}

export interface UserChanged {
  readonly outcome: 'changed' | 'unchanged';
  readonly user: DirectoryUser;
  /** Ended with this, so that their content can be dropped too. */
  readonly sessions: readonly SessionRow[];
}

/**
 * A directory replaces or patches a user: what follows for the member's e-mail and name, for whether they are let in (S8) and for their
 * roles (S7) is done with it. Where nothing changes nothing is written, and the version stays. Errors: `directory-not-found`,
 * `directory-user-not-found`, `version-mismatch`, `invalid`, `user-name-taken`, `email-taken` where who comes back has lost their
 * address to somebody else; where the user becomes another person, those of `provisionUser`.
 */
export function changeUser(context: UseCaseContext, input: ChangeUser): Promise<UserChanged> {
  const { organization, directory: id } = input;
  const actor = { kind: 'directory', id } as const;
  return againAfterRace(
    () => performForMember(context, { organization, actor }, (work) => change(work, input)),
    isAddressRace,
  );
}

async function change(work: Work, input: ChangeUser): Promise<UserChanged> {
  const directory = await findDirectory(work, input.directory);
  const before = await lockUser(work, directory, input.user, input.ifMatch);
  const described = describedUser(input.change(before.attributes));
  if (isDeepStrictEqual(described.attributes, before.attributes)) {
    return { outcome: 'unchanged', user: before, sessions: [] };
  }
  const { externalId: _, formerKey: __, ...rest } = before;
  const formerKey = before.active && described.active ? before.formerKey : keyOfWho(before);
  const user: DirectoryUser = {
    ...rest,
    ...described,
    ...(formerKey !== undefined && { formerKey }),
    version: before.version + 1,
    updatedAt: work.at,
  };
  if (isSomebodyElse(before, described))
    return { outcome: 'changed', ...(await replace(work, directory, before, user)) };
  const { joined } = await work.tx.directoryUsers.update(user);
  const cause = recordUser(work, 'updated', { before, after: user, groups: joined });
  if (!concernsMember(before, user)) {
    await rederive(work, directory, [user.id], cause);
    return { outcome: 'changed', user, sessions: [] };
  }
  const member = await lockMember(work.tx, work.organization, user.member);
  const sessions = await updateMemberOfUser(work, directory, { member, user, before, cause });
  return { outcome: 'changed', user, sessions };
}

/**
 * S8: a userName given to somebody new. IdPs that deactivate instead of deleting find the old user by it, and write the new person's key
 * into that, at once or step by step: who has been inactive and gets another `externalId` is not the same person any more.
 */
function isSomebodyElse(before: DirectoryUser, { externalId }: DescribedUser): boolean {
  const known = before.active ? before.formerKey : keyOfWho(before);
  return known !== undefined && externalId !== undefined && externalId !== known;
}

/** Of the person whom the user stood for when it was deactivated. */
function keyOfWho({ formerKey, externalId }: DirectoryUser): string | undefined {
  return formerKey ?? externalId;
}

/** The old user leaves its tombstone and its groups; the SCIM id goes on, as the IdP knows it. */
async function replace(work: Work, directory: Directory, before: DirectoryUser, user: DirectoryUser) {
  const { member: _, tookOverAt: __, formerKey: ___, ...draft } = user;
  const ended = await removeUser(work, directory, before);
  const { sessions, ...admitted } = await admitUser(work, await work.rules(), directory, draft);
  return { ...admitted, sessions: [...ended, ...sessions] };
}

function concernsMember(before: DirectoryUser, after: DirectoryUser): boolean {
  const { attributes: was } = before;
  const { attributes: is } = after;
  return before.active !== after.active || addressOf(was) !== addressOf(is) || nameOf(was) !== nameOf(is);
}
