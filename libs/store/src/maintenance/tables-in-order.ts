import type { Tables } from '../sql/tables.js';

/** Every table that moves, with its primary key, in an order in which no row comes before what it refers to. */
export const TABLES_IN_ORDER: readonly (readonly [
  table: Exclude<keyof Tables, 'organization_versions'>,
  key: readonly string[],
])[] = [
  ['organizations', ['id']],
  ['domains', ['organization', 'domain']],
  ['service_keys', ['id']],
  ['connections', ['organization', 'id']],
  ['claims_seen', ['organization', 'connection', 'name']],
  ['role_mappings', ['organization', 'source', 'id']],
  ['roles', ['organization', 'id']],
  ['members', ['organization', 'id']],
  ['identities', ['organization', 'source', 'issuer', 'format', 'subject']],
  ['directories', ['organization', 'id']],
  ['directory_tokens', ['organization', 'directory', 'id']],
  ['directory_counts', ['organization', 'directory', 'kind', 'slot']],
  ['directory_users', ['organization', 'id']],
  ['directory_user_emails', ['organization', 'user_id', 'position']],
  ['directory_tombstones', ['organization', 'user_id', 'member']],
  ['directory_groups', ['organization', 'id']],
  ['directory_group_members', ['organization', 'group_id', 'value']],
  ['grants', ['organization', 'id']],
  ['grant_evidence', ['organization', 'grant_id', 'position']],
  ['resources', ['organization', 'type', 'id']],
  ['sessions', ['organization', 'id']],
  ['replays', ['organization', 'connection', 'assertion']],
  ['audit_events', ['organization', 'id']],
  ['sign_in_traces', ['organization', 'id']],
  ['jobs', ['organization', 'id']],
];
