import { member, refused, type Expectation } from '../verdict.js';
import { assertion, honest, persistent, response, samlAttribute, type Changes } from './message.js';
import type { SamlCase, SamlSetting } from './saml-case.js';
import { signed } from './signer.js';

/** What somebody between IdP and us may write into a message without touching what is signed: nothing changes, or it is refused. */
type Row = readonly [
  name: string,
  expected: Expectation | ((setting: SamlSetting) => Expectation),
  make: (setting: SamlSetting) => string,
];

const nobody = refused('xml-processing-instruction');
const suffix = '.evil.test';
const cut = (setting: SamlSetting) => `admin-${setting.id}@acme.test`;
const whole = (setting: SamlSetting) => member(cut(setting) + suffix);
/** Signed for an address of the attacker's that begins with somebody else's. */
const foreign = (setting: SamlSetting) => honest(setting, { nameId: cut(setting) + suffix });
const put = (what: string) => (setting: SamlSetting) =>
  foreign(setting).replace(`acme.test${suffix}`, () => `acme.test${what}${suffix}`);
const inGroups = (what: string) => (setting: SamlSetting) =>
  honest(setting, { groups: ['Admins of nothing'] }).replace('Admins of', () => `Admins${what} of`);
const none = (setting: SamlSetting) => member(setting.person, []);
const usual = (setting: SamlSetting) => member(setting.person);
const named = (name: string, values: readonly string[], friendlyName?: string) => (setting: SamlSetting) =>
  honest(setting, { moreAttributes: samlAttribute(name, values, friendlyName) });
const only = (attributesXml: string) => (setting: SamlSetting) => honest(setting, { attributesXml });
const statement = (inside: string) => `<saml:AttributeStatement>${inside}</saml:AttributeStatement>`;
const nested = (inside: string) =>
  statement(
    `<saml:Attribute Name="groups"><saml:AttributeValue>${inside}</saml:AttributeValue></saml:Attribute>`,
  );

const rows: readonly Row[] = [
  ['a comment in the name (CVE-2017-11428)', whole, put('<!---->')],
  ['a comment with markup in the name', whole, put('<!--</saml:NameID>-->')],
  ['two comments around a part of it', whole, put('<!-- a --><!-- b -->')],
  ['a comment before it', whole, (s) => foreign(s).replace('admin-', '<!--x-->admin-')],
  ['CDATA around a part of the name', whole, (s) => foreign(s).replace(suffix, `<![CDATA[${suffix}]]>`)],
  ['CDATA of nothing', whole, put('<![CDATA[]]>')],
  ['a processing instruction in the name', nobody, put('<?x?>')],
  ['a processing instruction in a value', nobody, inGroups('<?x y?>')],
  ['a processing instruction before the message', nobody, (s) => `<?xml-stylesheet href="x"?>${honest(s)}`],
  ['a processing instruction after it', nobody, (s) => `${honest(s)}<?x?>`],
  ['a comment in a group (no role by its beginning)', none, inGroups('<!---->')],
  ['CDATA in a group', none, (s) => inGroups('')(s).replace('>Admins of', '><![CDATA[Admins]]> of')],
  ['characters by their numbers', whole, (s) => foreign(s).replace('acme', '&#97;&#x63;me')],
  [
    'a comment in the issuer',
    usual,
    (s) => honest(s).replaceAll(`>${s.issuer}<`, `>${s.issuer.slice(0, 9)}<!---->${s.issuer.slice(9)}<`),
  ],
  [
    'a comment in the audience',
    usual,
    (s) => honest(s).replace(`>${s.entityId}<`, `>${s.entityId}<!--x--><`),
  ],
  [
    'an audience that a comment would cut to ours',
    refused('audience-mismatch'),
    (s) => honest(s, { audiences: [[`${s.entityId}.evil.test`]] }).replace('.evil.test', '<!---->.evil.test'),
  ],
  [
    'an issuer that a comment would cut to the IdP’s',
    refused('assertion-issuer-mismatch'),
    (s) =>
      honest(s, { issuer: `${s.issuer}.evil`, responseIssuer: undefined }).replace('.evil<', '<!---->.evil<'),
  ],
  [
    'a comment right before an end',
    usual,
    (s) => honest(s).replace('</saml:Assertion>', '<!-- x --></saml:Assertion>'),
  ],
  [
    'blanks around the name stay',
    (s) => member(` ${s.person} `),
    (s) => honest(s, { nameId: ` ${s.person} ` }),
  ],
  [
    'a name in capitals is another',
    (s) => member(s.person.toUpperCase()),
    (s) => honest(s, { nameId: s.person.toUpperCase() }),
  ],
  ['a name of markup', (s) => member(`<b>&"'${s.id}</b>`), (s) => honest(s, { nameId: `<b>&"'${s.id}</b>` })],
  [
    'a name of other letters',
    (s) => member(`ａdmin-\u0430-\u202e${s.id}`),
    (s) => honest(s, { nameId: `ａdmin-\u0430-\u202e${s.id}` }),
  ],
  [
    'a name called __proto__',
    (s) => member(`__proto__${s.id}`),
    (s) => honest(s, { nameId: `__proto__${s.id}` }),
  ],
  [
    'a name that looks like SQL',
    (s) => member(`'; drop table members;--${s.id}`),
    (s) => honest(s, { nameId: `'; drop table members;--${s.id}` }),
  ],
  ['an attribute called __proto__', usual, named('__proto__', ['Admins'])],
  ['an attribute called constructor', usual, named('constructor', ['x'], 'prototype')],
  ['an attribute called nameID', usual, named('nameID', ['admin'])],
  ['an attribute called issuer', usual, named('issuer', ['https://elsewhere.test'])],
  ['an attribute called inResponseTo', usual, named('inResponseTo', ['_other'])],
  ['an attribute called subject', usual, named('subject', ['admin'], 'NameID')],
  ['an attribute called role', usual, named('role', ['org-admin'])],
  ['an attribute called Groups', usual, named('Groups', ['Admins'])],
  ['an attribute of a name with a blank', usual, named('groups ', ['Admins'])],
  ['groups by another attribute’s FriendlyName', usual, named('urn:oid:1.2.3', ['Admins'], 'groups')],
  ['groups of no value', none, only(statement('<saml:Attribute Name="groups"></saml:Attribute>'))],
  [
    'groups that are nil',
    none,
    (s) =>
      honest(s, {
        attributesXml: statement(
          '<saml:Attribute Name="groups"><saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">Admins</saml:AttributeValue></saml:Attribute>',
        ),
      }),
  ],
  ['a group inside an element', none, only(nested('<x>Admins</x>'))],
  [
    'a group of another namespace',
    none,
    only(
      statement(
        '<saml:Attribute Name="groups"><x:AttributeValue xmlns:x="urn:x">Admins</x:AttributeValue></saml:Attribute>',
      ),
    ),
  ],
  [
    'an attribute outside the statement',
    none,
    (s) =>
      honest(s, {
        attributesXml:
          '<saml:Attribute Name="groups"><saml:AttributeValue>Admins</saml:AttributeValue></saml:Attribute>',
      }),
  ],
  ['no statement of attributes', none, only('')],
  [
    'groups in two attributes',
    (s) => member(s.person, ['org-admin', 'org-member']),
    named('groups', ['Admins']),
  ],
  [
    'groups in two statements',
    (s) => member(s.person, ['org-admin', 'org-member']),
    (s) =>
      only(
        statement(samlAttribute('groups', ['Engineering'])) + statement(samlAttribute('groups', ['Admins'])),
      )(s),
  ],
  ['a group of NUL by number', refused('xml-malformed'), (s) => inGroups('&#0;')(s)],
  ['a group of a surrogate by number', refused('xml-malformed'), (s) => inGroups('&#xD800;')(s)],
  ['an entity nobody declared', refused('xml-malformed'), put('&evil;')],
];

/** An e-mail that links: only what is signed and whole. */
const email =
  (value: string, more: Changes = {}) =>
  (setting: SamlSetting) =>
    honest(setting, { format: persistent, moreAttributes: samlAttribute('email', [value]), ...more });

export const values: readonly SamlCase[] = [
  ...rows.map(([name, expected, make]): SamlCase => ({
    class: 'values',
    name,
    make,
    expect: (setting) => (typeof expected === 'function' ? expected(setting) : expected),
  })),
  {
    class: 'values',
    name: 'an address that is none, and markup',
    make: email('<script>@@acme.test'),
    expect: (setting) => member(setting.person),
  },
  {
    class: 'values',
    name: 'the claim that names the person, twice',
    connection: { subjectClaim: 'uid' },
    make: named('uid', ['one', 'two']),
    expect: () => refused('subject-claim-missing'),
  },
  {
    class: 'values',
    name: 'the claim that names the person, absent',
    connection: { subjectClaim: 'uid' },
    make: (setting) => honest(setting),
    expect: () => refused('subject-claim-missing'),
  },
  {
    class: 'values',
    name: 'the claim that names the person, whole across a comment',
    connection: { subjectClaim: 'uid' },
    make: (setting) => named('uid', [`u1${setting.id}`])(setting).replace('>u1', '>u<!---->1'),
    expect: (setting) => member(`u1${setting.id}`),
  },
  {
    class: 'values',
    name: 'a signed assertion whose comments are gone on the way',
    make: (setting) => response(setting, signed(assertion(setting), setting.keys.idp)),
    expect: (setting) => member(setting.person),
  },
];
