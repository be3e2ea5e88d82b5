import type { Page, PageRequest } from './page.js';

/** L4: an SSO subject, or the only value of a named claim, is what the directory calls this attribute of the person. */
export interface DirectoryLink {
  /** A claim as in M2, or `subject`. */
  readonly claim: string;
  readonly attribute: 'externalId' | 'userName';
  /**
   * When it was written. Where `pairedConnections` names none, it speaks for the connections that were there by then: one made later
   * may be another IdP's, whose subjects mean other people.
   */
  readonly since: number;
}

/** An organization's SCIM 2.0 endpoint for one IdP. */
export interface Directory {
  readonly organization: string;
  readonly id: string;
  readonly name: string;
  /** `staging` provisions and deactivates, and gives no roles. */
  readonly state: 'staging' | 'active';
  /** A role's id (S10). */
  readonly defaultRole?: string;
  /** Connections' ids (S6). Absent: every connection of the organization. */
  readonly pairedConnections?: readonly string[];
  readonly link?: DirectoryLink;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface DirectoryToken {
  readonly organization: string;
  readonly directory: string;
  readonly id: string;
  /** SHA-256 of the token, hex (D5). */
  readonly hash: string;
  readonly createdAt: number;
  /** From this instant on it opens nothing. */
  readonly expiresAt?: number;
  readonly lastUsedAt?: number;
}

export interface DirectoryReader {
  get(organization: string, id: string): Promise<Directory | undefined>;
  list(organization: string, page: PageRequest): Promise<Page<Directory>>;
  /** All of an organization; there are few. */
  all(organization: string): Promise<readonly Directory[]>;
  /** Those that name a link, deleted ones included: their tombstones outlive them (S8). */
  linking(organization: string): Promise<readonly Directory[]>;
  /** The token with this hash of this directory, expired or not, and its directory, in one query; none of a deleted directory. */
  token(
    organization: string,
    directory: string,
    hash: string,
  ): Promise<{ readonly token: DirectoryToken; readonly directory: Directory } | undefined>;
  /** Oldest first. */
  tokens(organization: string, directory: string): Promise<readonly DirectoryToken[]>;
}

export interface DirectoryWriter extends DirectoryReader {
  insert(directory: Directory): Promise<void>;
  update(directory: Directory): Promise<void>;
  /** Its tokens, users, groups and memberships go; its tombstones stay, and for their sake its link (`linking`). */
  delete(organization: string, id: string): Promise<void>;
  insertToken(token: DirectoryToken): Promise<void>;
  /** False where it was not there. */
  deleteToken(organization: string, directory: string, id: string): Promise<boolean>;
  /** Never lowered. */
  tokenUsed(organization: string, directory: string, id: string, at: number): Promise<void>;
}
