import type { Selectable } from 'kysely';
import type { DirectoryUser } from '../ports/directory-users.js';
import { json, parsed } from './column.js';
import { exactKey, foldedKey } from './directory-keys.js';
import type { Tables } from './tables.js';

type Row = Tables['directory_users'];
type EmailRow = Tables['directory_user_emails'];

/** RFC 7643, section 4.3. */
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export function toDirectoryUser(row: Selectable<Row>): DirectoryUser {
  // Pages are made of these: by hand, since `present` takes longer than the rest.
  return {
    organization: row.organization,
    directory: row.directory,
    id: row.id,
    userName: row.user_name,
    ...(row.external_id !== null && { externalId: row.external_id }),
    active: row.active === 1,
    ...(row.former_key !== null && { formerKey: row.former_key }),
    member: row.member,
    attributes: parsed<DirectoryUser['attributes']>(row.attributes),
    ...(row.took_over_at !== null && { tookOverAt: row.took_over_at }),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function directoryUserRow(user: DirectoryUser): Row {
  const { attributes } = user;
  const displayName = textOf(attributes['displayName']);
  const emails = emailsOf(attributes);
  return {
    organization: user.organization,
    directory: user.directory,
    id: user.id,
    user_name: user.userName,
    user_name_key: foldedKey(user.userName),
    external_id: user.externalId ?? null,
    external_id_key: exactKey(user.externalId),
    active: user.active ? 1 : 0,
    former_key: user.formerKey ?? null,
    member: user.member,
    attributes: json(attributes),
    display_name: displayName ?? null,
    display_name_key: foldedKey(displayName),
    family_name_key: foldedKey(below(attributes, 'name', 'familyName')),
    given_name_key: foldedKey(below(attributes, 'name', 'givenName')),
    title_key: foldedKey(textOf(attributes['title'])),
    department_key: foldedKey(below(attributes, ENTERPRISE, 'department')),
    employee_number_key: foldedKey(below(attributes, ENTERPRISE, 'employeeNumber')),
    email_key: foldedKey((emails.find(({ primary }) => primary) ?? emails[0])?.value),
    took_over_at: user.tookOverAt ?? null,
    version: user.version,
    created_at: user.createdAt,
    updated_at: user.updatedAt,
  };
}

export function emailRows(user: DirectoryUser): readonly EmailRow[] {
  const { organization, directory, id } = user;
  return emailsOf(user.attributes).map(({ value, type }, position) => ({
    organization,
    directory,
    user_id: id,
    position,
    value_key: foldedKey(value),
    type_key: foldedKey(type),
  }));
}

interface Email {
  readonly value?: string | undefined;
  readonly type?: string | undefined;
  readonly primary: boolean;
}

function emailsOf(attributes: DirectoryUser['attributes']): readonly Email[] {
  const emails = attributes['emails'];
  if (!Array.isArray(emails)) return [];
  return emails.filter(isRecord).map((email) => ({
    value: textOf(email['value']),
    type: textOf(email['type']),
    primary: email['primary'] === true,
  }));
}

function below(attributes: DirectoryUser['attributes'], name: string, sub: string): string | undefined {
  const value = attributes[name];
  return isRecord(value) ? textOf(value[sub]) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
