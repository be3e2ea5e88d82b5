import { plan, sourceKey } from '@idp-roles/mapping';
import {
  newId,
  StoreError,
  type Directory,
  type DirectoryUser,
  type Member,
  type SessionRow,
} from '@idp-roles/store';
import { addressOf, nameOf } from './directory-person.js';
import { evaluateUsers } from './evaluate-directory.js';
import { linksAs } from './linking-address.js';
import { memberByAddress, memberByKeys, type FoundMember } from './member-of-user.js';
import { recognitionIn } from './recognition.js';
import { recordUser } from './record-user.js';
import { rederive } from './rederive-users.js';
import type { Rules } from './rules.js';
import { settleGrants } from './settle-grants.js';
import { shownMember } from './shown-member.js';
import { takesOver } from './take-over.js';
import { updateMemberOfUser } from './update-member-of-user.js';
import type { Work } from './work.js';

type NewUser = Omit<DirectoryUser, 'member'>;

export interface AdmittedUser {
  readonly user: DirectoryUser;
  /** Ids of the groups that had named them before they came: all that they are in. */
  readonly joined: readonly string[];
  /** Ended with this, so that their content can be dropped too. */
  readonly sessions: readonly SessionRow[];
}

/**
 * Writes a user who is new to the directory, finds or makes their member, and gives what is due to them (S7). Errors: those of
 * `memberByKeys` and `memberByAddress`.
 */
export async function admitUser(
  work: Work,
  rules: Rules,
  directory: Directory,
  draft: NewUser,
): Promise<AdmittedUser> {
  const known = await memberByKeys(work, rules, directory, draft);
  if (known !== undefined) return admitAs(work, directory, draft, known);
  const member = await addressedAnew(work, directory, newMember(work, directory, draft));
  // Among those who are let in an address is unique: the insert itself asks whether somebody has it.
  if (draft.active && (await inserted(work, member))) {
    return admitNewcomer(work, rules, directory, draft, member);
  }
  const found = await memberByAddress(work, rules, directory, draft);
  if (found !== undefined) return admitAs(work, directory, draft, found);
  await work.tx.members.insert(member);
  return admitNewcomer(work, rules, directory, draft, member);
}

/**
 * S8: a directory in staging lets nobody in whom another one has shut out. Whom it names by an address that such a person had may be
 * them: by that address nobody signs in, until the directory is active or the IdP says that it is verified.
 */
async function addressedAnew(work: Work, { state }: Directory, member: Member): Promise<Member> {
  if (state === 'active' || member.email === undefined) return member;
  const holders = await work.tx.members.byEmail(work.organization, member.email);
  const left = holders.some(({ status }) => status === 'deprovisioned');
  return left ? { ...member, emailLinks: false } : member;
}

/** False where somebody has the address; the transaction goes on. */
async function inserted(work: Work, member: Member): Promise<boolean> {
  try {
    await work.tx.members.insert(member);
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'email-taken') return false;
    throw error;
  }
}

async function admitAs(
  work: Work,
  directory: Directory,
  draft: NewUser,
  { member, by }: FoundMember,
): Promise<AdmittedUser> {
  const user = { ...draft, member: member.id };
  const { joined } = await work.tx.directoryUsers.insert(user);
  const cause = recordUser(work, 'created', { after: user, foundBy: by, groups: joined });
  const sessions = await updateMemberOfUser(work, directory, { member, user, cause });
  return { user, joined, sessions };
}

/** Of whom nothing was known there is nothing to read: this is what the import of a whole company consists of (P11). */
async function admitNewcomer(
  work: Work,
  rules: Rules,
  directory: Directory,
  draft: NewUser,
  member: Member,
): Promise<AdmittedUser> {
  const { context, tx, at } = work;
  const source = sourceKey({ directory: directory.id });
  const plain: DirectoryUser = { ...draft, member: member.id };
  const people = [{ user: plain, member, groups: [] }];
  const [judged] = await evaluateUsers(context, tx, rules, directory, people);
  const add = judged === undefined ? [] : plan([], judged.evaluation).add;
  // S6. Groups that waited for the person can only give more.
  const taken = add.length > 0 && takesOver(rules, directory);
  const user = taken ? { ...plain, tookOverAt: at } : plain;
  work.record('member.created', { member: member.id, cause: { source }, after: shownMember(member) });
  const { joined } = await tx.directoryUsers.insert(user);
  const cause = recordUser(work, 'created', { after: user, foundBy: 'created', groups: joined });
  if (taken) {
    const subject = { type: 'directory-user', id: user.id };
    work.record('member.taken-over', { member: member.id, subject, cause });
  }
  if (joined.length > 0) {
    await rederive(work, directory, [user.id], cause);
    return { user, joined, sessions: [] };
  }
  await settleGrants(work, rules, {
    member,
    before: [],
    add: add.map((grant) => ({ ...grant, source })),
    cause: { ...cause, sync: 'directory', source },
    lastHolder: 'keep',
    recognised: [recognitionIn(user)],
  });
  return { user, joined, sessions: [] };
}

function newMember(
  { organization, at }: Work,
  directory: Directory,
  { active, attributes }: NewUser,
): Member {
  const source = sourceKey({ directory: directory.id });
  const email = addressOf(attributes);
  const name = nameOf(attributes);
  return {
    organization,
    id: newId('mem', organization),
    ...(active ? { status: 'active' } : { status: 'deprovisioned', deprovisionedBy: source }),
    ...(email !== undefined && { email }),
    emailLinks: linksAs(email),
    ...(name !== undefined && { name }),
    sessionsValidFrom: 0,
    createdVia: source,
    createdAt: at,
    updatedAt: at,
  };
}
