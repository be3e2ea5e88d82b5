import { attribute, complex, type SchemaDefinition } from './attribute.js';
import { uris } from './uris.js';

/** RFC 7643, section 4.2. */
export const groupSchema: SchemaDefinition = {
  id: uris.group,
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute('displayName', 'Name of the group', { required: true }),
    complex(
      'members',
      'Who belongs to the group. Groups in groups are kept, and give their members nothing',
      [
        attribute('value', 'Identifier of the member', { caseExact: true, mutability: 'immutable' }),
        attribute('$ref', 'URI of the member', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          caseExact: true,
          mutability: 'immutable',
        }),
        attribute('type', 'What the member is', {
          canonicalValues: ['User', 'Group'],
          mutability: 'immutable',
        }),
        attribute('display', 'Name of the member', { mutability: 'immutable' }),
      ],
      { multiValued: true },
    ),
  ],
};
