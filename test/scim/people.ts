import type { Json, ScimClient } from './scim-client.js';
import { ENTERPRISE } from './scim-client.js';

/** Four people who differ in whatever can be asked for. Ids by first name. */
export async function fourPeople(scim: ScimClient): Promise<Readonly<Record<Name, string>>> {
  const ids: Record<string, string> = {};
  for (const [name, more] of Object.entries(described)) {
    ids[name] = (await scim.user(`${name}@acme.test`, more))['id'] as string;
  }
  return ids as Record<Name, string>;
}

type Name = 'alice' | 'bob' | 'carol' | 'dave';

const described: Readonly<Record<Name, Json>> = {
  alice: {
    externalId: 'EXT-alice',
    name: { givenName: 'Alice', familyName: 'Ames' },
    displayName: 'Alice Ames',
    title: 'Engineer',
    emails: [
      { value: 'alice@acme.test', type: 'work', primary: true },
      { value: 'alice@home.test', type: 'home' },
    ],
    [ENTERPRISE]: { department: 'Engineering', employeeNumber: '701' },
  },
  bob: {
    externalId: 'EXT-bob',
    name: { givenName: 'Bob', familyName: 'Baker' },
    displayName: 'bob Baker',
    title: 'Lead Engineer',
    emails: [{ value: 'bob@acme.test', type: 'work' }],
    [ENTERPRISE]: { department: 'Sales', employeeNumber: '702' },
  },
  carol: {
    name: { givenName: 'Carol', familyName: 'Clark' },
    displayName: 'Carol Clark',
    active: false,
    emails: [{ value: 'carol@home.test', type: 'home' }],
  },
  dave: {},
};
