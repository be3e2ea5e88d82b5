import type { Directory, DirectoryLink } from '@idp-roles/store';
import type { RoleCatalogue } from '@idp-roles/use-cases';
import type { DirectoryUrls } from '../../scim/directory-urls.js';
import { asInstant } from '../request/instant.js';

export interface DirectoryView {
  readonly id: string;
  readonly name: string;
  readonly state: Directory['state'];
  /** What the IdP is told: the SCIM base URL. */
  readonly baseUrl: string;
  /** A role's slug. */
  readonly defaultRole?: string;
  /** Absent: every connection of the organization (S6). */
  readonly pairedConnections?: readonly string[];
  readonly link?: Pick<DirectoryLink, 'claim' | 'attribute'>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function directoryView(
  directory: Directory,
  roles: RoleCatalogue,
  urls: DirectoryUrls,
): DirectoryView {
  const { id, name, state, defaultRole, pairedConnections, link } = directory;
  return {
    id,
    name,
    state,
    baseUrl: urls.baseUrl(id),
    defaultRole: defaultRole === undefined ? undefined : roles.slugOf(defaultRole),
    pairedConnections,
    link: link && { claim: link.claim, attribute: link.attribute },
    createdAt: asInstant(directory.createdAt),
    updatedAt: asInstant(directory.updatedAt),
  };
}
