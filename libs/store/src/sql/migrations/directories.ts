import type { ColumnTypes } from '../home.js';

const owned = 'references organizations (id) on delete cascade';
/** And not to users or groups: what a directory holds goes table by table, never row by row. */
const ofDirectory =
  'foreign key (organization, directory) references directories (organization, id) on delete cascade';

/** Part of the initial migration. */
export function directories(types: ColumnTypes): readonly string[] {
  return [...registry(types), ...users(types), ...groups(types), ...jobs(types)];
}

const registry = ({ text, integer, suffix }: ColumnTypes) => [
  `create table directories (
    organization ${text} not null ${owned},
    id ${text} not null,
    name ${text} not null,
    state ${text} not null,
    default_role ${text},
    paired_connections ${text},
    link ${text},
    deleted ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, id)
  ) ${suffix}`,
  'create index directories_created on directories (organization, created_at, id) where deleted = 0',
  `create table directory_tokens (
    organization ${text} not null,
    directory ${text} not null,
    id ${text} not null,
    hash ${text} not null,
    created_at ${integer} not null,
    expires_at ${integer},
    last_used_at ${integer},
    primary key (organization, directory, id),
    unique (organization, directory, hash),
    ${ofDirectory}
  ) ${suffix}`,
  `create table directory_counts (
    organization ${text} not null,
    directory ${text} not null,
    kind ${text} not null,
    slot ${integer} not null,
    count ${integer} not null,
    primary key (organization, directory, kind, slot),
    ${ofDirectory}
  ) ${suffix}`,
];

/** What users may be sorted by, beside their key: an index each, so that a page costs what it shows, and a look-up what it finds. */
const USER_ORDERS = [
  'external_id_key',
  'active',
  'display_name_key',
  'family_name_key',
  'given_name_key',
  'title_key',
  'department_key',
  'employee_number_key',
  'email_key',
];
const GROUP_ORDERS = ['external_id_key', 'display_name_key'];
/** Of a directory these follow each other, of an organization they would not. */
const INSTANTS = ['created_at', 'updated_at'];

const orders = (table: string, columns: readonly string[]) => [
  ...columns.map((column) => `create index ${table}_${column} on ${table} (organization, ${column}, id)`),
  ...INSTANTS.map(
    (column) => `create index ${table}_${column} on ${table} (organization, directory, ${column}, id)`,
  ),
];

const users = ({ text, integer, suffix }: ColumnTypes) => [
  `create table directory_users (
    organization ${text} not null,
    directory ${text} not null,
    id ${text} not null,
    user_name ${text} not null,
    user_name_key ${text} not null,
    external_id ${text},
    external_id_key ${text} not null,
    active ${integer} not null,
    former_key ${text},
    member ${text} not null,
    attributes ${text} not null,
    display_name ${text},
    display_name_key ${text} not null,
    family_name_key ${text} not null,
    given_name_key ${text} not null,
    title_key ${text} not null,
    department_key ${text} not null,
    employee_number_key ${text} not null,
    email_key ${text} not null,
    took_over_at ${integer},
    version ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, id),
    unique (organization, user_name_key, directory),
    ${ofDirectory},
    foreign key (organization, member) references members (organization, id) on delete cascade
  ) ${suffix}`,
  'create index directory_users_member on directory_users (organization, member)',
  ...orders('directory_users', USER_ORDERS),
  `create table directory_user_emails (
    organization ${text} not null,
    directory ${text} not null,
    user_id ${text} not null,
    position ${integer} not null,
    value_key ${text} not null,
    type_key ${text} not null,
    primary key (organization, user_id, position),
    ${ofDirectory}
  ) ${suffix}`,
  'create index directory_user_emails_value on directory_user_emails (organization, value_key)',
  `create table directory_tombstones (
    organization ${text} not null ${owned},
    directory ${text} not null,
    user_id ${text} not null,
    external_id ${text},
    external_id_key ${text} not null,
    user_name ${text} not null,
    user_name_key ${text} not null,
    member ${text} not null,
    deleted_at ${integer} not null,
    primary key (organization, user_id, member),
    foreign key (organization, member) references members (organization, id) on delete cascade
  ) ${suffix}`,
  'create index directory_tombstones_member on directory_tombstones (organization, member)',
  'create index directory_tombstones_external_id on directory_tombstones (organization, external_id_key)',
  'create index directory_tombstones_user_name on directory_tombstones (organization, user_name_key)',
];

const groups = ({ text, integer, suffix }: ColumnTypes) => [
  `create table directory_groups (
    organization ${text} not null,
    directory ${text} not null,
    id ${text} not null,
    display_name ${text} not null,
    display_name_key ${text} not null,
    external_id ${text},
    external_id_key ${text} not null,
    version ${integer} not null,
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, id),
    ${ofDirectory}
  ) ${suffix}`,
  ...orders('directory_groups', GROUP_ORDERS),
  `create table directory_group_members (
    organization ${text} not null,
    directory ${text} not null,
    group_id ${text} not null,
    value ${text} not null,
    user_id ${text},
    type ${text} not null,
    display ${text},
    long_value ${text},
    name_key ${text},
    primary key (organization, group_id, value),
    ${ofDirectory}
  ) ${suffix}`,
  'create index directory_group_members_value on directory_group_members (organization, value)',
  'create index directory_group_members_user on directory_group_members (organization, user_id) where user_id is not null',
  'create index directory_group_members_name on directory_group_members (organization, name_key) where name_key is not null',
];

const jobs = ({ text, integer, suffix }: ColumnTypes) => [
  `create table jobs (
    organization ${text} not null ${owned},
    id ${text} not null,
    kind ${text} not null,
    subject ${text} not null,
    cause ${text} not null,
    state ${text} not null,
    cursor ${text},
    done ${integer} not null,
    total ${integer} not null,
    problem ${text},
    failures ${integer} not null,
    lease_ms ${integer},
    lease_until ${integer},
    created_at ${integer} not null,
    updated_at ${integer} not null,
    primary key (organization, id)
  ) ${suffix}`,
  'create index jobs_created on jobs (organization, created_at, id)',
  'create index jobs_subject on jobs (organization, subject, created_at, id)',
  `create index jobs_to_do on jobs (created_at, id) where state in ('waiting', 'running')`,
];
