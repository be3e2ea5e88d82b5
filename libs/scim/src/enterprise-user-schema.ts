import { attribute, complex, type SchemaDefinition } from './attribute.js';
import { uris } from './uris.js';

/** RFC 7643, section 4.3. */
export const enterpriseUserSchema: SchemaDefinition = {
  id: uris.enterpriseUser,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    attribute('employeeNumber', 'Number or code by which the organization knows the person'),
    attribute('costCenter', 'Cost center'),
    attribute('organization', 'Organization'),
    attribute('division', 'Division'),
    attribute('department', 'Department'),
    complex('manager', "The user's manager", [
      attribute('value', 'Identifier of the manager', { caseExact: true }),
      attribute('$ref', 'URI of the manager', {
        type: 'reference',
        referenceTypes: ['User'],
        caseExact: true,
      }),
      attribute('displayName', 'Name of the manager', { mutability: 'readOnly' }),
    ]),
  ],
};
