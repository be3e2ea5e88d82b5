import type { GroupAttribute, UserAttribute } from '../ports/directory-query.js';
import type { Attributes, Rows, Searched } from './directory-filters.js';

const EMAILS: Rows = { table: 'directory_user_emails', owner: 'user_id' };
/** Of a user: the groups that name them. */
const MEMBERSHIPS: Rows = { table: 'directory_group_members', owner: 'user_id' };
const MEMBERS: Rows = { table: 'directory_group_members', owner: 'group_id' };

/** `caseExact: false` in RFC 7643. */
const folded = (column: string, narrow = false): Searched => ({
  kind: 'text',
  column,
  keyed: true,
  fold: true,
  order: true,
  narrow,
});
const exact = (column: string): Searched => ({
  kind: 'text',
  column,
  keyed: true,
  fold: false,
  order: true,
  narrow: true,
});
/** Ids of ours are compared byte by byte, wherever they stand. */
const id = (column: string): Searched => ({
  kind: 'text',
  column,
  keyed: false,
  fold: false,
  order: true,
  narrow: true,
});
const instant = (column: string): Searched => ({ kind: 'instant', column, order: true });

export const USER_ATTRIBUTES: Attributes<UserAttribute> = {
  id: id('id'),
  externalId: exact('external_id_key'),
  userName: folded('user_name_key', true),
  active: { kind: 'truth', column: 'active', order: true },
  displayName: folded('display_name_key', true),
  'name.familyName': folded('family_name_key'),
  'name.givenName': folded('given_name_key'),
  title: folded('title_key'),
  department: folded('department_key'),
  employeeNumber: folded('employee_number_key', true),
  'emails.value': { kind: 'rows', rows: EMAILS, of: folded('value_key', true), orderColumn: 'email_key' },
  'emails.type': { kind: 'rows', rows: EMAILS, of: folded('type_key') },
  'groups.value': { kind: 'rows', rows: MEMBERSHIPS, of: id('group_id') },
  'meta.created': instant('created_at'),
  'meta.lastModified': instant('updated_at'),
};

export const GROUP_ATTRIBUTES: Attributes<GroupAttribute> = {
  id: id('id'),
  externalId: exact('external_id_key'),
  displayName: folded('display_name_key', true),
  'members.value': { kind: 'rows', rows: MEMBERS, of: id('value') },
  'meta.created': instant('created_at'),
  'meta.lastModified': instant('updated_at'),
};
