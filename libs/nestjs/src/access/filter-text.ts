import { ORGANIZATION, type Role } from '@idp-roles/access';
import type { ResourceFilter } from './access-listed.js';

interface Filtering {
  readonly schema: string;
  readonly organization: string;
  readonly member: string;
  /** By type. */
  readonly sufficient: ReadonlyMap<string, readonly Role[]>;
  readonly now: number;
  /** Of the first placeholder, `$1` and so on. */
  readonly firstParameter: number;
}

/** What `granted` holds, read from the tables by the statement that it is put into. Everything that varies is a parameter. */
export function filterText({
  schema,
  organization,
  member,
  sufficient,
  now,
  firstParameter,
}: Filtering): NonNullable<ResourceFilter['sql']> {
  const parameters: (string | number)[] = [];
  const parameter = (value: string | number) => `$${firstParameter + parameters.push(value) - 1}`;
  const own = `g.organization = ${parameter(organization)} and g.member = ${parameter(member)}`;
  const lasting = `(g.expires_at is null or g.expires_at > ${parameter(now)})`;
  const enough = [...sufficient].flatMap(([type, roles]) =>
    type === ORGANIZATION
      ? []
      : roles.map(({ id }) => `(g.role = ${parameter(id)} and g.resource_type = ${parameter(type)})`),
  );
  const text = `select g.resource_type as type, g.resource_id as id
from "${schema}".grants g join "${schema}".members m on m.organization = g.organization and m.id = g.member
where ${own} and m.status = 'active' and ${lasting} and (${enough.length > 0 ? enough.join(' or ') : 'false'})`;
  return { text, parameters };
}
