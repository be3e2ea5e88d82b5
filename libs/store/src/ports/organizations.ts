import type { Page, PageRequest } from './page.js';

/** Times everywhere in the store are milliseconds since the epoch. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly roleSource: 'directory' | 'sso' | 'both';
  readonly roleSelection: 'all' | 'highest';
  /** D3: whether the claims of each identity's last sign-in are kept. */
  readonly keepClaims: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A domain belongs to one organization and counts only once proven (L10). `domain` is folded: lower case, punycode. */
export interface Domain {
  readonly domain: string;
  readonly organization: string;
  readonly provenAt?: number;
  readonly method?: 'service-key' | 'dns';
}

export interface OrganizationReader {
  get(id: string): Promise<Organization | undefined>;
  list(page: PageRequest): Promise<Page<Organization>>;
  domains(organization: string): Promise<readonly Domain[]>;
  /** The proven owner of a folded domain. */
  ownerOf(domain: string): Promise<string | undefined>;
}

export interface OrganizationWriter extends OrganizationReader {
  /**
   * S12: until the transaction ends, nobody changes the organization's rules: its connections, mappings, roles and domains.
   * Taken before anything is read by whoever changes a member's grants; they do not wait for each other.
   * Answers the version of the rules: what was read of them at the same version, in any transaction that held them, still holds.
   * The organization's own row, its directories and the compiled mappings belong to them too.
   */
  holdRules(organization: string): Promise<number>;
  /** S12: taken before anything is read by whoever changes the rules: alone, once all that hold them have ended. Their version grows. */
  lockRules(organization: string): Promise<void>;
  insert(organization: Organization): Promise<void>;
  update(organization: Organization): Promise<void>;
  /** Everything of the organization goes with it, audit events included. */
  delete(id: string): Promise<void>;
  /** Replaces the organization's domains. Throws `StoreError` `domain-taken` where another organization has proven one of them. */
  setDomains(organization: string, domains: readonly Domain[]): Promise<void>;
}
