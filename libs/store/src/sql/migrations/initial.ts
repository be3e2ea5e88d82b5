import type { ColumnTypes } from '../home.js';
import { directories } from './directories.js';
import type { Migration } from './migration.js';

export const initial: Migration = {
  id: 1,
  name: 'initial',
  statements: (types) => [
    ...organizations(types),
    ...connections(types),
    ...members(types),
    ...grants(types),
    ...sessions(types),
    ...history(types),
    ...directories(types),
  ],
};

const owned = 'references organizations (id) on delete cascade';

const organizations = ({ text, integer, suffix, commitLog }: ColumnTypes) => [
  `create table organizations (
    id ${text} not null primary key,
    name ${text} not null,
    role_source ${text} not null,
    role_selection ${text} not null,
    keep_claims ${integer} not null,
    rules_version ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null
  ) ${suffix}`,
  'create index organizations_created on organizations (created_at, id)',
  `create table domains (
    organization ${text} not null ${owned},
    domain ${text} not null,
    proven_at ${integer},
    method ${text},
    primary key (organization, domain)
  ) ${suffix}`,
  'create unique index domains_proven on domains (domain) where proven_at is not null',
  `create table service_keys (
    id ${text} not null primary key,
    name ${text} not null,
    hash ${text} not null unique,
    created_at ${integer} not null
  ) ${suffix}`,
  ...commitLog,
];

const connections = ({ text, integer, suffix }: ColumnTypes) => [
  `create table connections (
    organization ${text} not null ${owned},
    id ${text} not null,
    name ${text} not null,
    protocol ${text} not null,
    state ${text} not null,
    settings ${text} not null,
    secrets ${text} not null,
    issuer ${text} not null,
    default_sync_mode ${text} not null,
    default_role ${text},
    deny_without_role ${integer} not null,
    absent_claim ${text} not null,
    jit ${integer},
    required_claims ${text},
    subject_claim ${text},
    version ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, id)
  ) ${suffix}`,
  `create table claims_seen (
    organization ${text} not null,
    connection ${text} not null,
    name ${text} not null,
    seen_at ${integer} not null,
    primary key (organization, connection, name),
    foreign key (organization, connection) references connections (organization, id) on delete cascade
  ) ${suffix}`,
  `create table role_mappings (
    organization ${text} not null ${owned},
    source ${text} not null,
    id ${text} not null,
    role ${text} not null,
    body ${text} not null,
    deleted ${integer} not null,
    version ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, source, id)
  ) ${suffix}`,
  'create index role_mappings_id on role_mappings (organization, id)',
  'create index role_mappings_version on role_mappings (organization, version)',
  'create index role_mappings_source_version on role_mappings (organization, source, version)',
  'create index role_mappings_role on role_mappings (organization, role)',
  'create index role_mappings_created on role_mappings (organization, created_at, id)',
  `create table roles (
    organization ${text} not null ${owned},
    id ${text} not null,
    slug ${text} not null,
    name ${text} not null,
    resource_type ${text} not null,
    permissions ${text} not null,
    idp_grantable ${integer} not null,
    keep_last_holder ${integer} not null,
    position ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, id),
    unique (organization, slug)
  ) ${suffix}`,
];

const members = ({ text, integer, suffix }: ColumnTypes) => [
  `create table members (
    organization ${text} not null ${owned},
    id ${text} not null,
    status ${text} not null,
    email ${text},
    email_key ${text},
    email_links ${integer} not null,
    name ${text},
    sessions_valid_from ${integer} not null,
    created_via ${text} not null,
    deprovisioned_by ${text},
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, id)
  ) ${suffix}`,
  `create unique index members_email_taken on members (organization, email_key) where status <> 'deprovisioned'`,
  'create index members_email on members (organization, email_key)',
  'create index members_created on members (organization, created_at, id)',
  `create table identities (
    organization ${text} not null,
    source ${text} not null,
    issuer ${text} not null,
    format ${text} not null,
    subject ${text} not null,
    member ${text} not null,
    import_done ${integer} not null,
    created_at ${integer} not null,
    last_sign_in_at ${integer},
    claims_hash ${text},
    previous_claims_hash ${text},
    claims ${text},
    primary key (organization, source, issuer, format, subject),
    foreign key (organization, member) references members (organization, id) on delete cascade
  ) ${suffix}`,
  'create index identities_member on identities (organization, member)',
  'create index identities_subject on identities (organization, subject)',
];

const grants = ({ text, integer, suffix }: ColumnTypes) => [
  `create table grants (
    organization ${text} not null,
    id ${text} not null,
    member ${text} not null,
    role ${text} not null,
    resource_type ${text} not null,
    resource_id ${text} not null,
    source ${text} not null,
    basis ${text} not null,
    expires_at ${integer},
    assigned_by ${text} not null,
    created_at ${integer} not null,
    primary key (organization, id),
    unique (organization, member, role, resource_type, resource_id, source, basis),
    foreign key (organization, member) references members (organization, id) on delete cascade
  ) ${suffix}`,
  'create index grants_role on grants (organization, role, resource_type, resource_id, member)',
  'create index grants_source on grants (organization, source, basis)',
  'create index grants_resource on grants (organization, resource_type, resource_id)',
  `create table grant_evidence (
    organization ${text} not null,
    grant_id ${text} not null,
    position ${integer} not null,
    mapping ${text} not null,
    claim ${text} not null,
    value ${text} not null,
    name ${text} not null,
    via ${text} not null,
    primary key (organization, grant_id, position),
    foreign key (organization, grant_id) references grants (organization, id) on delete cascade
  ) ${suffix}`,
  'create index grant_evidence_mapping on grant_evidence (organization, mapping)',
  `create table resources (
    organization ${text} not null ${owned},
    type ${text} not null,
    id ${text} not null,
    parent_type ${text},
    parent_id ${text},
    name ${text},
    created_at ${integer} not null,
    primary key (organization, type, id),
    foreign key (organization, parent_type, parent_id) references resources (organization, type, id)
  ) ${suffix}`,
  'create index resources_parent on resources (organization, parent_type, parent_id, type, id)',
];

const sessions = ({ text, integer, suffix }: ColumnTypes) => [
  `create table sessions (
    organization ${text} not null,
    id ${text} not null,
    member ${text} not null,
    connection ${text} not null,
    issuer ${text} not null,
    format ${text} not null,
    subject ${text} not null,
    session_index ${text},
    name_key ${text} not null,
    index_key ${text},
    began_at ${integer} not null,
    expires_at ${integer} not null,
    primary key (organization, id),
    foreign key (organization, member) references members (organization, id) on delete cascade
  ) ${suffix}`,
  'create index sessions_member on sessions (organization, member)',
  'create index sessions_connection on sessions (organization, connection)',
  'create index sessions_name on sessions (organization, connection, name_key)',
  'create index sessions_index on sessions (organization, connection, index_key)',
  'create index sessions_expiry on sessions (organization, expires_at)',
  `create table replays (
    organization ${text} not null ${owned},
    connection ${text} not null,
    assertion ${text} not null,
    expires_at ${integer} not null,
    primary key (organization, connection, assertion)
  ) ${suffix}`,
  'create index replays_expiry on replays (organization, expires_at)',
];

const history = ({ text, integer, suffix }: ColumnTypes) => [
  `create table audit_events (
    organization ${text} not null ${owned},
    id ${text} not null,
    at ${integer} not null,
    action ${text} not null,
    actor_kind ${text} not null,
    actor_id ${text},
    member ${text},
    subject_type ${text},
    subject_id ${text},
    cause ${text},
    before ${text},
    after ${text},
    primary key (organization, id)
  ) ${suffix}`,
  'create index audit_events_member on audit_events (organization, member, id)',
  'create index audit_events_action on audit_events (organization, action, id)',
  `create table sign_in_traces (
    organization ${text} not null ${owned},
    id ${text} not null,
    connection ${text} not null,
    at ${integer} not null,
    outcome ${text} not null,
    code ${text},
    reference ${text} not null,
    member ${text},
    detail ${text} not null,
    primary key (organization, id)
  ) ${suffix}`,
  'create index sign_in_traces_newest on sign_in_traces (organization, connection, at, id)',
  'create index sign_in_traces_reference on sign_in_traces (organization, reference)',
];
