import type { SamlSetting } from './saml-case.js';
import { signed, type SignatureParts } from './signer.js';

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
export const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

type Text = string | undefined;

/** Everything of a response that may be other than an IdP would have it; `undefined` leaves an XML attribute or element out. */
export interface MessageParts {
  responseId: Text;
  responseVersion: Text;
  destination: Text;
  responseInResponseTo: Text;
  responseIssuer: Text;
  /** XML. */
  status: string;
  id: Text;
  version: Text;
  issueInstant: Text;
  issuer: Text;
  nameId: Text;
  format: Text;
  /** XML in place of the NameID, or of the whole part. */
  nameIdXml: Text;
  subjectXml: Text;
  confirmationXml: Text;
  conditionsXml: Text;
  authnXml: Text;
  attributesXml: Text;
  method: Text;
  recipient: Text;
  inResponseTo: Text;
  confirmationStart: Text;
  confirmationEnd: Text;
  notBefore: Text;
  notOnOrAfter: Text;
  audiences: readonly (readonly string[])[];
  moreConditions: string;
  authnInstant: Text;
  sessionEnd: Text;
  groups: readonly string[];
  /** Attributes as XML, after the usual ones. */
  moreAttributes: string;
  /** XML around the assertion, inside the Response. */
  before: string;
  after: string;
}
export type Changes = Partial<MessageParts>;

/** An instant as XML writes it, so many milliseconds from now. */
export const at = (offset: number) => new Date(Date.now() + offset).toISOString();
export const second = 1_000;
export const minute = 60_000;

function standard({ issuer, acsUrl, entityId, requestId, person, id }: SamlSetting): MessageParts {
  return {
    responseId: `_r-${id}`,
    responseVersion: '2.0',
    destination: acsUrl,
    responseInResponseTo: requestId,
    responseIssuer: issuer,
    status: `<samlp:Status><samlp:StatusCode Value="${success}"></samlp:StatusCode></samlp:Status>`,
    id: `_a-${id}`,
    version: '2.0',
    issueInstant: at(0),
    issuer,
    nameId: person,
    format: persistent,
    nameIdXml: undefined,
    subjectXml: undefined,
    confirmationXml: undefined,
    conditionsXml: undefined,
    authnXml: undefined,
    attributesXml: undefined,
    method: bearer,
    recipient: acsUrl,
    inResponseTo: requestId,
    confirmationStart: undefined,
    confirmationEnd: at(5 * minute),
    notBefore: at(-minute),
    notOnOrAfter: at(5 * minute),
    audiences: [[entityId]],
    moreConditions: '',
    authnInstant: at(-second),
    sessionEnd: undefined,
    groups: ['Engineering'],
    moreAttributes: '',
    before: '',
    after: '',
  };
}

export const text = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');
const quoted = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const attribute = (name: string, value: Text) => (value === undefined ? '' : ` ${name}="${quoted(value)}"`);
const element = (name: string, value: Text) =>
  value === undefined ? '' : `<${name}>${text(value)}</${name}>`;

export function samlAttribute(name: string, values: readonly string[], friendlyName?: string): string {
  const inside = values.map((value) => element('saml:AttributeValue', value)).join('');
  return `<saml:Attribute${attribute('FriendlyName', friendlyName)}${attribute('Name', name)}>${inside}</saml:Attribute>`;
}

/** In exclusive canonical form: attributes in order, no empty-element tags. */
export function assertion(setting: SamlSetting, changes: Changes = {}): string {
  const p = { ...standard(setting), ...changes };
  const nameId =
    p.nameIdXml ??
    (p.nameId === undefined
      ? ''
      : `<saml:NameID${attribute('Format', p.format)}>${text(p.nameId)}</saml:NameID>`);
  const confirmation = p.confirmationXml ?? confirmationXml(p);
  const subject = p.subjectXml ?? `<saml:Subject>${nameId}${confirmation}</saml:Subject>`;
  const restrictions = p.audiences
    .map((all) => all.map((each) => element('saml:Audience', each)).join(''))
    .map((all) => `<saml:AudienceRestriction>${all}</saml:AudienceRestriction>`)
    .join('');
  const conditions =
    p.conditionsXml ??
    `<saml:Conditions${attribute('NotBefore', p.notBefore)}${attribute('NotOnOrAfter', p.notOnOrAfter)}>${restrictions}${p.moreConditions}</saml:Conditions>`;
  const authn =
    p.authnXml ??
    `<saml:AuthnStatement${attribute('AuthnInstant', p.authnInstant)} SessionIndex="_s-1"${attribute('SessionNotOnOrAfter', p.sessionEnd)}></saml:AuthnStatement>`;
  const attributes =
    p.attributesXml ??
    `<saml:AttributeStatement>${samlAttribute('groups', p.groups)}${p.moreAttributes}</saml:AttributeStatement>`;
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"${attribute('ID', p.id)}${attribute('IssueInstant', p.issueInstant)}${attribute('Version', p.version)}>${element('saml:Issuer', p.issuer)}${subject}${conditions}${authn}${attributes}</saml:Assertion>`;
}

export function confirmationXml(
  p: Pick<MessageParts, 'method' | 'inResponseTo' | 'confirmationStart' | 'confirmationEnd' | 'recipient'>,
): string {
  return `<saml:SubjectConfirmation${attribute('Method', p.method)}><saml:SubjectConfirmationData${attribute('InResponseTo', p.inResponseTo)}${attribute('NotBefore', p.confirmationStart)}${attribute('NotOnOrAfter', p.confirmationEnd)}${attribute('Recipient', p.recipient)}></saml:SubjectConfirmationData></saml:SubjectConfirmation>`;
}

/** Around any assertion; in canonical form if that is. */
export function response(setting: SamlSetting, inside: string, changes: Changes = {}): string {
  const p = { ...standard(setting), ...changes };
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"${attribute('Destination', p.destination)}${attribute('ID', p.responseId)}${attribute('InResponseTo', p.responseInResponseTo)} IssueInstant="${at(0)}"${attribute('Version', p.responseVersion)}>${issuerOf(p.responseIssuer)}${p.status}${p.before}${inside}${p.after}</samlp:Response>`;
}

function issuerOf(issuer: Text): string {
  return issuer === undefined
    ? ''
    : `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${text(issuer)}</saml:Issuer>`;
}

/** As most IdPs send it: the assertion signed by the connection's key. */
export function honest(setting: SamlSetting, changes: Changes = {}, parts: SignatureParts = {}): string {
  return response(setting, signed(assertion(setting, changes), setting.keys.idp, parts), changes);
}

/** Assertion and Response signed. */
export function honestTwice(setting: SamlSetting, changes: Changes = {}, inside?: string): string {
  const whole = response(setting, inside ?? signed(assertion(setting, changes), setting.keys.idp), changes);
  return signed(whole, setting.keys.idp);
}
