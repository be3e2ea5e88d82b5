import { newId } from '../ids.js';
import type { Directory, DirectoryToken } from '../ports/directories.js';
import type { DirectoryGroup } from '../ports/directory-groups.js';
import type { DirectoryUser } from '../ports/directory-users.js';
import type { Job } from '../ports/jobs.js';
import { anOrganization, member } from './specimens.js';
import { START, type Subject } from './subject.js';

/** Inserts it into a new organization, or the one named. */
export async function aDirectory(on: Subject, with_: Partial<Directory> = {}): Promise<Directory> {
  const value = directory(with_.organization ?? (await anOrganization(on)), with_);
  await on.write((tx) => tx.directories.insert(value));
  return value;
}

/** Inserts it with a member of its own; `attributes` get its userName, externalId and active. */
export async function aUser(
  on: Subject,
  within: Directory,
  userName: string,
  with_: Partial<DirectoryUser> = {},
): Promise<DirectoryUser> {
  const value = directoryUser(within, userName, with_);
  await on.write(async (tx) => {
    if (!with_.member) await tx.members.insert(member(within.organization, { id: value.member }));
    await tx.directoryUsers.insert(value);
  });
  return value;
}

export async function aGroup(
  on: Subject,
  within: Directory,
  displayName: string,
  with_: Partial<DirectoryGroup> = {},
): Promise<DirectoryGroup> {
  const value = directoryGroup(within, displayName, with_);
  await on.write((tx) => tx.directoryGroups.insert(value));
  return value;
}

export function directory(owner: string, with_: Partial<Directory> = {}): Directory {
  return {
    organization: owner,
    id: newId('dir', owner),
    name: 'Acme Entra',
    state: 'active',
    createdAt: START,
    updatedAt: START,
    ...with_,
  };
}

export function directoryToken(within: Directory, with_: Partial<DirectoryToken> = {}): DirectoryToken {
  const id = newId('tok', within.organization);
  return {
    organization: within.organization,
    directory: within.id,
    id,
    hash: `hash of ${id}`,
    createdAt: START,
    ...with_,
  };
}

export function directoryUser(
  within: Directory,
  userName: string,
  with_: Partial<DirectoryUser> = {},
): DirectoryUser {
  const { externalId, active = true, attributes } = with_;
  return {
    organization: within.organization,
    directory: within.id,
    id: newId('usr', within.organization),
    userName,
    active,
    member: newId('mem', within.organization),
    version: 1,
    createdAt: START,
    updatedAt: START,
    ...with_,
    attributes: { ...attributes, userName, active, ...(externalId !== undefined && { externalId }) },
  };
}

export function directoryGroup(
  within: Directory,
  displayName: string,
  with_: Partial<DirectoryGroup> = {},
): DirectoryGroup {
  return {
    organization: within.organization,
    directory: within.id,
    id: newId('grp', within.organization),
    displayName,
    version: 1,
    createdAt: START,
    updatedAt: START,
    ...with_,
  };
}

export function job(owner: string, with_: Partial<Job> = {}): Job {
  return {
    organization: owner,
    id: newId('job', owner),
    kind: 'resync',
    subject: 'dir_1',
    cause: { kind: 'activation' },
    state: 'waiting',
    done: 0,
    total: 9,
    failures: 0,
    createdAt: START,
    updatedAt: START,
    ...with_,
  };
}
