import { claimUri } from '../claim-uri.js';
import { objectId } from '../group-id.js';
import type { Person } from '../person.js';
import type { Personality } from '../personality.js';
import { sentGroups } from '../personality.js';

export interface SamlAttribute {
  readonly name: string;
  readonly friendlyName?: string;
  readonly values: readonly string[];
}

interface Naming {
  (field: 'email' | 'name' | 'department' | 'groups', values: readonly string[]): SamlAttribute;
}

const plain: Naming = (field, values) => ({ name: field, values });
const byUri: Naming = (field, values) => ({ name: claimUri[field], values });

const oids = {
  email: ['urn:oid:0.9.2342.19200300.100.1.3', 'mail'],
  name: ['urn:oid:2.16.840.1.113730.3.1.241', 'displayName'],
  department: ['urn:oid:2.5.4.11', 'department'],
  groups: ['urn:oid:1.3.6.1.4.1.5923.1.5.1.1', 'groups'],
} as const;
const byOid: Naming = (field, values) => ({ name: oids[field][0], friendlyName: oids[field][1], values });

function namingOf(personality: Personality): Naming {
  switch (personality) {
    case 'uri-names':
    case 'entra':
    case 'overage':
    case 'overage-hasgroups':
      return byUri;
    case 'friendly-names':
      return byOid;
    default:
      return plain;
  }
}

/** @param claimSource where an overage marker points: a URL that nobody who is careful calls (rule M9) */
export function samlAttributes(
  person: Person,
  personality: Personality,
  claimSource: string,
): readonly SamlAttribute[] {
  const named = namingOf(personality);
  const attributes = [named('email', [person.email]), named('name', [person.name])];
  if (person.department !== undefined) attributes.push(named('department', [person.department]));
  if (person.organization !== undefined)
    attributes.push({ name: 'organization', values: [person.organization] });
  if (personality === 'entra') {
    const domain = person.email.slice(person.email.lastIndexOf('@') + 1);
    attributes.push(
      { name: claimUri.objectId, values: [objectId(person.subject)] },
      { name: claimUri.tenantId, values: [objectId(domain)] },
    );
  }
  const groups = sentGroups(person, personality);
  switch (groups.kind) {
    case 'list':
      return [...attributes, named('groups', groups.values)];
    case 'text':
      return [...attributes, named('groups', [groups.value])];
    case 'absent':
      return attributes;
    case 'overage':
      return [...attributes, { name: claimUri.groupsLink, values: [claimSource] }];
  }
}
