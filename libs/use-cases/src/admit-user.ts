import { plan, sourceKey } from '@idp-roles/mapping';
import { newId, type Directory, type DirectoryUser, type Member, type SessionRow } from '@idp-roles/store';
import { addressOf, nameOf } from './directory-person.js';
import { evaluateUsers } from './evaluate-directory.js';
import { linksAs } from './linking-address.js';
import { memberOfUser } from './member-of-user.js';
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
  /** Ended with this, so that their content can be dropped too. */
  readonly sessions: readonly SessionRow[];
}

/** Writes a user who is new to the directory, finds or makes their member, and gives what is due to them (S7). Errors: those of `memberOfUser`. */
export async function admitUser(
  work: Work,
  rules: Rules,
  directory: Directory,
  draft: NewUser,
): Promise<AdmittedUser> {
  const found = await memberOfUser(work, rules, directory, draft);
  if (found === undefined) return { user: await admitNewMember(work, rules, directory, draft), sessions: [] };
  const user = { ...draft, member: found.member.id };
  const { joined } = await work.tx.directoryUsers.insert(user);
  const cause = recordUser(work, 'created', { after: user, foundBy: found.by, groups: joined });
  const sessions = await updateMemberOfUser(work, directory, { member: found.member, user, cause });
  return { user, sessions };
}

/** Of whom nothing was known there is nothing to read: this is what the import of a whole company consists of (P11). */
async function admitNewMember(
  work: Work,
  rules: Rules,
  directory: Directory,
  draft: NewUser,
): Promise<DirectoryUser> {
  const { context, tx, at } = work;
  const source = sourceKey({ directory: directory.id });
  const member = newMember(work, source, draft);
  const plain: DirectoryUser = { ...draft, member: member.id };
  const people = [{ user: plain, member, groups: [] }];
  const [judged] = await evaluateUsers(context, tx, rules, directory, people);
  const add = judged === undefined ? [] : plan([], judged.evaluation).add;
  // S6. Groups that waited for the person can only give more.
  const taken = add.length > 0 && takesOver(rules, directory);
  const user = taken ? { ...plain, tookOverAt: at } : plain;
  await tx.members.insert(member);
  work.record('member.created', { member: member.id, cause: { source }, after: shownMember(member) });
  const { joined } = await tx.directoryUsers.insert(user);
  const cause = recordUser(work, 'created', { after: user, foundBy: 'created', groups: joined });
  if (taken) {
    work.record('member.taken-over', {
      member: member.id,
      subject: { type: 'directory-user', id: user.id },
      cause,
    });
  }
  if (joined.length > 0) {
    await rederive(work, directory, [user.id], cause);
    return user;
  }
  await settleGrants(work, rules, {
    member,
    before: [],
    add: add.map((grant) => ({ ...grant, source })),
    cause: { ...cause, sync: 'directory', source },
    lastHolder: 'keep',
    recognised: [recognitionIn(user)],
  });
  return user;
}

function newMember({ organization, at }: Work, source: string, { active, attributes }: NewUser): Member {
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
