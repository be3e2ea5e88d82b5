import { randomBytes } from 'node:crypto';
import type { SamlAttribute } from './attributes.js';
import { escapeXml as x, namespace } from './xml.js';

/** Everything a Response says. A test that wants a wrong one changes a field and has it signed all the same. */
export interface ResponseContent {
  readonly issuer: string;
  readonly destination: string;
  readonly recipient: string;
  readonly audience: string;
  /** Absent in an answer that nobody asked for. */
  readonly inResponseTo?: string;
  readonly issuedAt: Date;
  readonly notBefore: Date;
  readonly notOnOrAfter: Date;
  readonly nameId: { readonly format: string; readonly value: string };
  readonly sessionIndex: string;
  /** When the session here ends; a service provider must not keep its own longer (SAML core 2.0, section 2.7.2). */
  readonly sessionNotOnOrAfter?: Date;
  readonly attributes: readonly SamlAttribute[];
}

/** XML ids must not begin with a digit. */
export const newId = () => `_${randomBytes(20).toString('hex')}`;

const attribute = (name: string, value: string | undefined) =>
  value === undefined ? '' : ` ${name}="${x(value)}"`;

function attributeXml({ name, friendlyName, values }: SamlAttribute): string {
  const format = /^[a-z]+:/i.test(name) ? 'uri' : 'basic';
  const inside = values.map((value) => `<saml:AttributeValue>${x(value)}</saml:AttributeValue>`).join('');
  return (
    `<saml:Attribute Name="${x(name)}"${attribute('FriendlyName', friendlyName)}` +
    ` NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:${format}">${inside}</saml:Attribute>`
  );
}

function assertionXml(content: ResponseContent): string {
  const issuedAt = content.issuedAt.toISOString();
  const notOnOrAfter = content.notOnOrAfter.toISOString();
  const inResponseTo = attribute('InResponseTo', content.inResponseTo);
  return (
    `<saml:Assertion xmlns:saml="${namespace.assertion}" ID="${newId()}" Version="2.0" IssueInstant="${issuedAt}">` +
    `<saml:Issuer>${x(content.issuer)}</saml:Issuer>` +
    `<saml:Subject><saml:NameID Format="${x(content.nameId.format)}">${x(content.nameId.value)}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
    `<saml:SubjectConfirmationData NotOnOrAfter="${notOnOrAfter}" Recipient="${x(content.recipient)}"${inResponseTo}/>` +
    `</saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${content.notBefore.toISOString()}" NotOnOrAfter="${notOnOrAfter}">` +
    `<saml:AudienceRestriction><saml:Audience>${x(content.audience)}</saml:Audience></saml:AudienceRestriction>` +
    `</saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${issuedAt}" SessionIndex="${x(content.sessionIndex)}"${attribute('SessionNotOnOrAfter', content.sessionNotOnOrAfter?.toISOString())}><saml:AuthnContext>` +
    `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified</saml:AuthnContextClassRef>` +
    `</saml:AuthnContext></saml:AuthnStatement>` +
    (content.attributes.length
      ? `<saml:AttributeStatement>${content.attributes.map(attributeXml).join('')}</saml:AttributeStatement>`
      : '') +
    `</saml:Assertion>`
  );
}

function envelope(
  content: Pick<ResponseContent, 'issuer' | 'destination' | 'inResponseTo' | 'issuedAt'>,
  statusAndAssertion: string,
): string {
  return (
    `<samlp:Response xmlns:samlp="${namespace.protocol}" ID="${newId()}" Version="2.0"` +
    ` IssueInstant="${content.issuedAt.toISOString()}" Destination="${x(content.destination)}"` +
    `${attribute('InResponseTo', content.inResponseTo)}>` +
    `<saml:Issuer xmlns:saml="${namespace.assertion}">${x(content.issuer)}</saml:Issuer>` +
    `${statusAndAssertion}</samlp:Response>`
  );
}

const status = 'urn:oasis:names:tc:SAML:2.0:status';

/** An unsigned Response with one assertion. */
export function responseXml(content: ResponseContent): string {
  const success = `<samlp:Status><samlp:StatusCode Value="${status}:Success"/></samlp:Status>`;
  return envelope(content, success + assertionXml(content));
}

export type FailedStatus = 'AuthnFailed' | 'NoPassive' | 'InvalidNameIDPolicy';

/** A Response without an assertion (core section 3.2.2.2). */
export function failureXml(
  content: Pick<ResponseContent, 'issuer' | 'destination' | 'inResponseTo' | 'issuedAt'>,
  failed: FailedStatus,
): string {
  const blamed = failed === 'InvalidNameIDPolicy' ? 'Requester' : 'Responder';
  return envelope(
    content,
    `<samlp:Status><samlp:StatusCode Value="${status}:${blamed}">` +
      `<samlp:StatusCode Value="${status}:${failed}"/></samlp:StatusCode></samlp:Status>`,
  );
}
