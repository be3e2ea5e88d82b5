/** The instant of all tests. */
export const now = Date.parse('2031-05-06T07:08:09Z');

export const at = (offset: number): string => new Date(now + offset).toISOString();

export const second = 1_000;
export const minute = 60_000;

export const idpIssuer = 'https://idp.test/entity';
export const entityId = 'https://app.test/sso/con_1/metadata';
export const acsUrl = 'https://app.test/sso/con_1/acs';
export const requestId = '_request-1';

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';
export const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

export interface TestAttribute {
  readonly name: string;
  readonly friendlyName?: string;
  readonly values?: readonly string[];
  /** Children as XML, in place of `values`. */
  readonly xml?: string;
}

type Text = string | undefined;

/** A response as an IdP sends it, each part replaceable; `undefined` leaves an attribute or element out. */
const standard = {
  responseId: '_response-1',
  version: '2.0' as Text,
  destination: acsUrl as Text,
  responseIssuer: idpIssuer as Text,
  responseInResponseTo: requestId as Text,
  statusXml: `<samlp:Status><samlp:StatusCode Value="${success}"/></samlp:Status>`,
  assertionId: '_assertion-1',
  assertionVersion: '2.0',
  issueInstant: at(0),
  issuer: idpIssuer as Text,
  nameId: 'a1b2c3' as Text,
  /** In place of the NameID built from `nameId` and `format`. */
  nameIdXml: undefined as Text,
  format: persistent as Text,
  method: bearer,
  recipient: acsUrl as Text,
  inResponseTo: requestId as Text,
  confirmationEnd: at(5 * minute) as Text,
  confirmationStart: undefined as Text,
  /** In place of the one confirmation built from the above. */
  confirmationXml: undefined as Text,
  subjectXml: undefined as Text,
  notBefore: at(-minute) as Text,
  notOnOrAfter: at(5 * minute) as Text,
  audiences: [[entityId]] as readonly (readonly string[])[],
  /** More conditions. */
  conditionXml: '',
  conditionsXml: undefined as Text,
  authnInstant: at(-second) as Text,
  sessionIndex: '_session-1' as Text,
  sessionEnd: undefined as Text,
  authnXml: undefined as Text,
  attributes: [{ name: 'groups', values: ['Engineering'] }] as readonly TestAttribute[],
  attributesXml: '',
  /** Before and after the assertion, inside the Response. */
  before: '',
  after: '',
};
export type ResponseParts = typeof standard;

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const attribute = (name: string, value: Text): string =>
  value === undefined ? '' : ` ${name}="${escape(value)}"`;
const element = (name: string, value: Text): string =>
  value === undefined ? '' : `<${name}>${escape(value)}</${name}>`;

function attributeXml({ name, friendlyName, values = [], xml }: TestAttribute): string {
  const inner =
    xml ??
    values
      .map((value) => `<saml:AttributeValue xsi:type="xs:string">${escape(value)}</saml:AttributeValue>`)
      .join('');
  return `<saml:Attribute${attribute('Name', name)}${attribute('FriendlyName', friendlyName)}>${inner}</saml:Attribute>`;
}

export function assertionXml(changes: Partial<ResponseParts> = {}): string {
  const p = { ...standard, ...changes };
  const nameId =
    p.nameIdXml ??
    (p.nameId === undefined
      ? ''
      : `<saml:NameID${attribute('Format', p.format)}>${escape(p.nameId)}</saml:NameID>`);
  const confirmation =
    p.confirmationXml ??
    `<saml:SubjectConfirmation Method="${p.method}"><saml:SubjectConfirmationData${attribute('InResponseTo', p.inResponseTo)}${attribute('Recipient', p.recipient)}${attribute('NotBefore', p.confirmationStart)}${attribute('NotOnOrAfter', p.confirmationEnd)}/></saml:SubjectConfirmation>`;
  const subject = p.subjectXml ?? `<saml:Subject>${nameId}${confirmation}</saml:Subject>`;
  const restrictions = p.audiences
    .map(
      (list) =>
        `<saml:AudienceRestriction>${list.map((each) => element('saml:Audience', each)).join('')}</saml:AudienceRestriction>`,
    )
    .join('');
  const conditions =
    p.conditionsXml ??
    `<saml:Conditions${attribute('NotBefore', p.notBefore)}${attribute('NotOnOrAfter', p.notOnOrAfter)}>${restrictions}${p.conditionXml}</saml:Conditions>`;
  const authn =
    p.authnXml ??
    `<saml:AuthnStatement${attribute('AuthnInstant', p.authnInstant)}${attribute('SessionIndex', p.sessionIndex)}${attribute('SessionNotOnOrAfter', p.sessionEnd)}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`;
  const attributes = `<saml:AttributeStatement>${p.attributes.map(attributeXml).join('')}${p.attributesXml}</saml:AttributeStatement>`;
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="${p.assertionId}" Version="${p.assertionVersion}" IssueInstant="${p.issueInstant}">${element('saml:Issuer', p.issuer)}${subject}${conditions}${authn}${attributes}</saml:Assertion>`;
}

/** `assertion` as given, else built from the same changes. */
export function responseXml(
  changes: Partial<ResponseParts> = {},
  assertion: string = assertionXml(changes),
): string {
  const p = { ...standard, ...changes };
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${p.responseId}"${attribute('Version', p.version)} IssueInstant="${at(0)}"${attribute('Destination', p.destination)}${attribute('InResponseTo', p.responseInResponseTo)}>${element('saml:Issuer', p.responseIssuer)}${p.statusXml}${p.before}${assertion}${p.after}</samlp:Response>`;
}
