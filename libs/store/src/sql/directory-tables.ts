/**
 * What SCIM writes, and the jobs that follow. Columns `…_key` hold a text as it is compared and ordered by, bounded, with a
 * word for its absence: see `directory-keys.ts`.
 */
export interface DirectoryTables {
  /** Deleted ones stay, for the sake of their tombstones. */
  directories: {
    organization: string;
    id: string;
    name: string;
    state: string;
    default_role: string | null;
    paired_connections: string | null;
    link: string | null;
    deleted: number;
    created_at: number;
    updated_at: number;
  };
  directory_tokens: {
    organization: string;
    directory: string;
    id: string;
    hash: string;
    created_at: number;
    expires_at: number | null;
    last_used_at: number | null;
  };
  directory_users: {
    organization: string;
    directory: string;
    id: string;
    user_name: string;
    user_name_key: string;
    external_id: string | null;
    external_id_key: string;
    active: number;
    member: string;
    attributes: string;
    display_name: string | null;
    display_name_key: string;
    family_name_key: string;
    given_name_key: string;
    title_key: string;
    department_key: string;
    employee_number_key: string;
    /** The primary, else the first: what one sorts by. */
    email_key: string;
    former_key: string | null;
    took_over_at: number | null;
    version: number;
    created_at: number;
    updated_at: number;
  };
  directory_user_emails: {
    organization: string;
    directory: string;
    user_id: string;
    position: number;
    value_key: string;
    type_key: string;
  };
  directory_groups: {
    organization: string;
    directory: string;
    id: string;
    display_name: string;
    display_name_key: string;
    external_id: string | null;
    external_id_key: string;
    version: number;
    created_at: number;
    updated_at: number;
  };
  /** `value` is the user's id where `user_id` is set; `name_key` is what it waits by, where it waits for a user. */
  directory_group_members: {
    organization: string;
    directory: string;
    group_id: string;
    value: string;
    user_id: string | null;
    type: string;
    display: string | null;
    /** The whole text of a `value` that had to be shortened. */
    long_value: string | null;
    name_key: string | null;
  };
  directory_tombstones: {
    organization: string;
    directory: string;
    user_id: string;
    external_id: string | null;
    external_id_key: string;
    user_name: string;
    user_name_key: string;
    member: string;
    deleted_at: number;
  };
  /** How many rows a directory has: the sum of its slots, each written by one connection at a time. */
  directory_counts: {
    organization: string;
    directory: string;
    kind: string;
    slot: number;
    count: number;
  };
  jobs: {
    organization: string;
    id: string;
    kind: string;
    subject: string;
    cause: string;
    state: string;
    cursor: string | null;
    done: number;
    total: number;
    problem: string | null;
    failures: number;
    lease_ms: number | null;
    lease_until: number | null;
    created_at: number;
    updated_at: number;
  };
}
