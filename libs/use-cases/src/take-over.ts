import { sourceKey } from '@idp-roles/mapping';
import type { Connection, Directory, DirectoryUser, Grant } from '@idp-roles/store';
import type { RuleFacts } from './rules.js';

type OfOrganization = Pick<RuleFacts, 'organization'>;

/** S6, S9: in `staging`, and where the organization takes its roles from SSO, a directory provisions and deactivates only. */
export function givesRoles({ organization }: OfOrganization, { state }: Directory): boolean {
  return state === 'active' && organization.roleSource !== 'sso';
}

/** S6: whether the directory takes over the members that it gives roles. `roleSource` `both` leaves SSO its own. */
export function takesOver({ organization }: OfOrganization, { state }: Directory): boolean {
  return state === 'active' && organization.roleSource === 'directory';
}

/** S6: without `pairedConnections` a directory is paired with every connection of its organization. */
export function isPaired({ pairedConnections }: Directory, connection: string): boolean {
  return pairedConnections === undefined || pairedConnections.includes(connection);
}

/**
 * L4: whether this connection calls people what the directory calls them. Roles follow the pairing (S6); who somebody is follows it only
 * where the connection is named, or was there when the link was written, or is of the organization's only IdP: subjects of another IdP
 * mean other people, whatever they look like.
 */
export function isLinked(
  { pairedConnections, link }: Directory,
  connection: Pick<Connection, 'id' | 'issuer' | 'createdAt'>,
  all: readonly Pick<Connection, 'issuer'>[],
): boolean {
  if (link === undefined) return false;
  if (pairedConnections !== undefined) return pairedConnections.includes(connection.id);
  return connection.createdAt <= link.since || all.every(({ issuer }) => issuer === connection.issuer);
}

/** S6: whether a directory gives this person roles in the place of the connection's `force` mappings and default role. */
export function isTakenOver(
  { organization, directories }: Pick<RuleFacts, 'organization' | 'directories'>,
  connection: string,
  users: readonly Pick<DirectoryUser, 'directory' | 'tookOverAt'>[],
): boolean {
  return directories.some(
    (directory) =>
      takesOver({ organization }, directory) &&
      isPaired(directory, connection) &&
      users.some(({ directory: of, tookOverAt }) => of === directory.id && tookOverAt !== undefined),
  );
}

/**
 * S6: what goes from a member whom the directory has taken over: what mappings of a paired connection gave. Its default role goes with
 * the next settlement, which offers it no more (`isTakenOver`); `import` and `api` grants stay, and those of other connections.
 */
export function supplanted(
  { connections }: Pick<RuleFacts, 'connections'>,
  directory: Directory,
  held: readonly Grant[],
): readonly Grant[] {
  const paired = connections.filter(({ id }) => isPaired(directory, id));
  const sources = new Set<string>(paired.map(({ id }) => sourceKey({ connection: id })));
  return held.filter(({ source, basis }) => basis === 'force' && sources.has(source));
}
