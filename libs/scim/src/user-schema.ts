import { attribute, complex, type AttributeDefinition, type SchemaDefinition } from './attribute.js';
import { uris } from './uris.js';

const primary = attribute('primary', 'Whether it is the preferred one; at most one is', { type: 'boolean' });

/** RFC 7643, section 4.1. */
export const userSchema: SchemaDefinition = {
  id: uris.user,
  name: 'User',
  description: 'User Account',
  attributes: [
    attribute(
      'userName',
      'Name by which the client knows the user; unique in the directory, letter case aside',
      {
        required: true,
        uniqueness: 'server',
      },
    ),
    complex('name', "Components of the user's name", [
      attribute('formatted', 'Full name'),
      attribute('familyName', 'Family name'),
      attribute('givenName', 'Given name'),
      attribute('middleName', 'Middle names'),
      attribute('honorificPrefix', 'Title, as in "Dr."'),
      attribute('honorificSuffix', 'Suffix, as in "III"'),
    ]),
    attribute('displayName', 'Name fit to be shown'),
    attribute('nickName', 'Casual name'),
    attribute('profileUrl', 'Address of a profile', {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    attribute('title', 'Job title'),
    attribute('userType', 'Relation to the organization, as in "Contractor"'),
    attribute('preferredLanguage', 'Preferred language, as in Accept-Language'),
    attribute('locale', 'Locale, as in "en-US"'),
    attribute('timezone', 'Time zone, as in "Europe/Berlin"'),
    attribute('active', 'Whether the user may sign in', { type: 'boolean' }),
    attribute('password', 'Accepted, and neither stored nor returned: people sign in at their IdP', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    plural('emails', 'E-mail addresses', ['work', 'home', 'other']),
    plural('phoneNumbers', 'Telephone numbers', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    plural('ims', 'Addresses of instant messengers', [
      'aim',
      'gtalk',
      'icq',
      'xmpp',
      'msn',
      'skype',
      'qq',
      'yahoo',
    ]),
    plural('photos', 'Addresses of pictures', ['photo', 'thumbnail'], {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    complex(
      'addresses',
      'Postal addresses',
      [
        attribute('formatted', 'The whole address'),
        attribute('streetAddress', 'Street and number'),
        attribute('locality', 'City'),
        attribute('region', 'State or region'),
        attribute('postalCode', 'Postal code'),
        attribute('country', 'Country, as in ISO 3166-1 alpha-2'),
        attribute('type', 'What it is for', { canonicalValues: ['work', 'home', 'other'] }),
        primary,
      ],
      { multiValued: true },
    ),
    complex(
      'groups',
      'Groups that name the user directly; changed by changing the groups',
      [
        attribute('value', 'Identifier of the group', { caseExact: true, mutability: 'readOnly' }),
        attribute('$ref', 'URI of the group', {
          type: 'reference',
          referenceTypes: ['Group'],
          caseExact: true,
          mutability: 'readOnly',
        }),
        attribute('display', 'Name of the group', { mutability: 'readOnly' }),
        attribute('type', 'How the user belongs to it', {
          canonicalValues: ['direct'],
          mutability: 'readOnly',
        }),
      ],
      { multiValued: true, mutability: 'readOnly' },
    ),
    plural('entitlements', 'Entitlements, as the client calls them'),
    plural('roles', 'Roles, as the client calls them'),
    plural('x509Certificates', 'Certificates', undefined, { type: 'binary', caseExact: true }),
  ],
};

/** RFC 7643, section 2.4: a list of values of which each may say what it is for. */
function plural(
  name: string,
  description: string,
  types?: readonly string[],
  value: Partial<AttributeDefinition> = {},
): AttributeDefinition {
  return complex(
    name,
    description,
    [
      attribute('value', 'The value', value),
      attribute('display', 'Name fit to be shown'),
      attribute('type', 'What it is for', types === undefined ? {} : { canonicalValues: types }),
      primary,
    ],
    { multiValued: true },
  );
}
