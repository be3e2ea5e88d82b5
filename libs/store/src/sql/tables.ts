import type { DirectoryTables } from './directory-tables.js';

/**
 * One schema in both homes (D1): text, whole numbers (milliseconds for instants, 0 and 1 for truth) and JSON as text.
 * Every key starts with the organization; `organizations`, `domains` and `service_keys` alone are global (D2).
 */
export interface Tables extends DirectoryTables {
  organizations: {
    id: string;
    name: string;
    role_source: string;
    role_selection: string;
    keep_claims: number;
    rules_version: number;
    created_at: number;
    updated_at: number;
  };
  domains: { organization: string; domain: string; proven_at: number | null; method: string | null };
  service_keys: { id: string; name: string; hash: string; created_at: number };
  organization_versions: { organization: string; version: number };
  connections: {
    organization: string;
    id: string;
    name: string;
    protocol: string;
    state: string;
    settings: string;
    secrets: string;
    issuer: string;
    default_sync_mode: string;
    default_role: string | null;
    deny_without_role: number;
    absent_claim: string;
    jit: number | null;
    required_claims: string | null;
    subject_claim: string | null;
    version: number;
    created_at: number;
    updated_at: number;
  };
  claims_seen: { organization: string; connection: string; name: string; seen_at: number };
  role_mappings: {
    organization: string;
    source: string;
    id: string;
    role: string;
    body: string;
    deleted: number;
    version: number;
    created_at: number;
    updated_at: number;
  };
  roles: {
    organization: string;
    id: string;
    slug: string;
    name: string;
    resource_type: string;
    permissions: string;
    idp_grantable: number;
    keep_last_holder: number;
    position: number;
    created_at: number;
    updated_at: number;
  };
  members: {
    organization: string;
    id: string;
    status: string;
    email: string | null;
    email_key: string | null;
    email_links: number;
    name: string | null;
    sessions_valid_from: number;
    created_via: string;
    deprovisioned_by: string | null;
    created_at: number;
    updated_at: number;
  };
  identities: {
    organization: string;
    source: string;
    issuer: string;
    format: string;
    subject: string;
    member: string;
    import_done: number;
    created_at: number;
    last_sign_in_at: number | null;
    claims_hash: string | null;
    previous_claims_hash: string | null;
    claims: string | null;
  };
  /** `resource_type` and `resource_id` are empty where the role is held on the organization: unique keys do not see nulls. */
  grants: {
    organization: string;
    id: string;
    member: string;
    role: string;
    resource_type: string;
    resource_id: string;
    source: string;
    basis: string;
    expires_at: number | null;
    assigned_by: string;
    created_at: number;
  };
  grant_evidence: {
    organization: string;
    grant_id: string;
    position: number;
    mapping: string;
    claim: string;
    value: string;
    name: string;
    via: string;
  };
  resources: {
    organization: string;
    type: string;
    id: string;
    parent_type: string | null;
    parent_id: string | null;
    name: string | null;
    created_at: number;
  };
  /** `name_key` and `index_key` are hashes: their length is bounded whatever an IdP sends. */
  sessions: {
    organization: string;
    id: string;
    member: string;
    connection: string;
    issuer: string;
    format: string;
    subject: string;
    session_index: string | null;
    name_key: string;
    index_key: string | null;
    began_at: number;
    expires_at: number;
  };
  /** `assertion` is a hash: its length is bounded whatever an IdP sends. */
  replays: { organization: string; connection: string; assertion: string; expires_at: number };
  audit_events: {
    organization: string;
    id: string;
    at: number;
    action: string;
    actor_kind: string;
    actor_id: string | null;
    member: string | null;
    subject_type: string | null;
    subject_id: string | null;
    cause: string | null;
    before: string | null;
    after: string | null;
  };
  sign_in_traces: {
    organization: string;
    id: string;
    connection: string;
    at: number;
    outcome: string;
    code: string | null;
    reference: string;
    member: string | null;
    detail: string;
  };
}
