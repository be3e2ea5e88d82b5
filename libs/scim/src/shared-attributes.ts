import { attribute, complex } from './attribute.js';

/** RFC 7643, section 3.1: every resource has them, and no schema lists them. */
export const sharedAttributes = [
  attribute('id', 'Unique identifier of the resource, made by this service', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'Key of the resource at the client', { caseExact: true }),
  attribute('schemas', 'URIs of the schemas of the resource', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  complex(
    'meta',
    'What this service knows about the resource',
    [
      attribute('resourceType', 'Name of the resource type', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When it was added', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When it was last changed', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', 'Its URI', { type: 'reference', caseExact: true, mutability: 'readOnly' }),
      attribute('version', 'Its entity tag', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
];
