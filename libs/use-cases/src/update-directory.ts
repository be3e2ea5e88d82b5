import { sourceKey } from '@idp-roles/mapping';
import type { Actor, Directory, DirectoryLink } from '@idp-roles/store';
import { isDeepStrictEqual } from 'node:util';
import type { UseCaseContext } from './context.js';
import { requireAuthorityOver } from './authority-over-directory.js';
import { presentDirectory, readDirectory, type LinkDraft } from './directory-rules.js';
import { findDirectory } from './find-directory.js';
import type { Rules } from './rules.js';
import { startResync } from './start-resync.js';
import { withdrawSource } from './withdraw-source.js';
import { performOnRules, type Work } from './work.js';

/** What is left out stays; null takes an optional field away. */
export interface DirectoryChanges {
  readonly name?: string;
  readonly state?: Directory['state'];
  /** A slug. */
  readonly defaultRole?: string | null;
  readonly pairedConnections?: readonly string[] | null;
  readonly link?: LinkDraft | null;
}

export interface UpdateDirectory {
  readonly organization: string;
  readonly directory: string;
  readonly actor: Actor;
  readonly changes: DirectoryChanges;
}

/**
 * To `staging`: what it gave goes at once and its members are handed back to SSO; sessions go on (S6, S9). To `active`, with another
 * default role or with other paired connections: a job evaluates everybody again, and takes from those whom it has taken over what newly
 * paired connections gave; what it left to SSO comes with each sign-in. An earlier default role goes at once from those who held it by
 * default, who get the new one. Errors: `directory-not-found`, `last-holder`, those of `createDirectory`.
 */
export async function updateDirectory(context: UseCaseContext, input: UpdateDirectory): Promise<Directory> {
  return performOnRules(context, input, async (work) => {
    const rules = await work.rules();
    const before = await findDirectory(work, input.directory);
    const after = await changed(work, rules, before, input.changes);
    const { updatedAt: _before, ...was } = before;
    const { updatedAt: _after, ...is } = after;
    if (isDeepStrictEqual(was, is)) return before;
    if (speaksForMore(before, after)) await requireAuthorityOver(work, after);
    await work.tx.directories.update(after);
    work.record('directory.updated', {
      subject: { type: 'directory', id: after.id },
      before: presentDirectory(before, rules.roles),
      after: presentDirectory(after, rules.roles),
    });
    await followUp(work, before, after);
    return after;
  });
}

/** Begins to give roles, or to say of more people who they are. */
function speaksForMore(before: Directory, after: Directory): boolean {
  const activated = before.state === 'staging' && after.state === 'active';
  const relinked =
    !isDeepStrictEqual(before.link, after.link) ||
    !isDeepStrictEqual(before.pairedConnections, after.pairedConnections);
  return activated || (relinked && after.link !== undefined);
}

async function changed(
  work: Work,
  rules: Rules,
  before: Directory,
  changes: DirectoryChanges,
): Promise<Directory> {
  const shown = presentDirectory(before, rules.roles);
  const draft = {
    name: changes.name ?? before.name,
    state: changes.state ?? before.state,
    ...optional('pairedConnections', before.pairedConnections, changes.pairedConnections),
    ...optional('link', before.link, changes.link && linkOf(before, changes.link, work.at)),
  };
  // A9 asks about a new default role, M8 too; to take one away, or to leave it, needs nothing.
  const slug = changes.defaultRole ?? undefined;
  const asked = slug === undefined || slug === shown.defaultRole ? undefined : slug;
  // Of connections too: those that are named already may have been deleted since.
  const paired = changes.pairedConnections ?? undefined;
  const read = await readDirectory(work, rules, { ...draft, defaultRole: asked, pairedConnections: paired });
  const { organization, id, createdAt, defaultRole: held } = before;
  const kept = changes.defaultRole === null ? undefined : held;
  const defaultRole = read.defaultRole ?? kept;
  return {
    organization,
    id,
    ...draft,
    name: read.name,
    ...(defaultRole !== undefined && { defaultRole }),
    createdAt,
    updatedAt: work.at,
  };
}

/** Written again as it was, it speaks for no more connections than before. */
function linkOf({ link }: Directory, { claim, attribute }: LinkDraft, at: number): DirectoryLink {
  const same = link?.claim === claim && link.attribute === attribute;
  return { claim, attribute, since: same ? link.since : at };
}

function optional<Name extends string, T>(
  name: Name,
  before: T | undefined,
  change: T | null | undefined,
): { readonly [K in Name]?: T } {
  const value = change === undefined ? before : change;
  return value === undefined || value === null ? {} : ({ [name]: value } as { readonly [K in Name]: T });
}

async function followUp(work: Work, before: Directory, after: Directory): Promise<void> {
  const directory = after.id;
  const source = sourceKey({ directory });
  if (after.state === 'staging') {
    if (before.state === 'active') await handBack(work, after);
    return;
  }
  if (before.state === 'staging') {
    await startResync(work, after, { by: 'directory-activation', directory });
    return;
  }
  const otherDefault = before.defaultRole !== after.defaultRole;
  if (otherDefault && before.defaultRole !== undefined) {
    await withdrawSource(work, source, ['default'], { by: 'default-role-change', directory });
  }
  if (otherDefault && after.defaultRole !== undefined) {
    await startResync(work, after, { by: 'default-role-change', directory });
  }
  if (!isDeepStrictEqual(before.pairedConnections, after.pairedConnections)) {
    await startResync(work, after, { by: 'pairing-change', directory });
  }
}

/** S6, S9. First the members are SSO's again, so that its default roles count where the directory's go (S10). */
async function handBack(work: Work, { id: directory }: Directory): Promise<void> {
  const { tx, organization } = work;
  await tx.directoryUsers.setTookOver(organization, directory, 'all', undefined);
  const cause = { by: 'directory-staging', directory };
  await withdrawSource(work, sourceKey({ directory }), ['force', 'default'], cause);
}
