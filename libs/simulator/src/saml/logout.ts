import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SimulatorError } from '../error.js';
import type { SimulatorKeys } from '../keys.js';
import { child, readMessage, type SentBy } from './protocol-message.js';
import { newId } from './response.js';
import { signLogout } from './signature.js';
import { escapeXml as x, namespace } from './xml.js';

/** What leaves with the browser: a URL, or a form that is posted. */
export type OutgoingLogout =
  | { readonly redirect: string }
  | { readonly action: string; readonly fields: Readonly<Record<string, string>> };

/** What matters of a LogoutRequest (core section 3.7.1). */
export interface ReceivedLogoutRequest {
  readonly id: string;
  readonly issuer: string;
  readonly nameId: string;
}

/** Everything a LogoutRequest of this IdP says. A test that wants a wrong one changes a field and has it signed all the same. */
export interface LogoutContent {
  readonly id: string;
  readonly issuer: string;
  readonly destination: string;
  readonly issuedAt: Date;
  readonly nameId: { readonly format: string; readonly value: string };
  readonly sessionIndex?: string;
}

const invalid = (problem: string, cause?: unknown) =>
  new SimulatorError('logout-invalid', `the SAML logout message cannot be used: ${problem}`, { cause });

/** @throws SimulatorError `logout-invalid` */
export function parseLogoutRequest(message: unknown, sentBy: SentBy, sloUrl: string): ReceivedLogoutRequest {
  const root = readMessage(message, sentBy, 'LogoutRequest', invalid);
  const id = root.getAttribute('ID');
  const issuer = child(root, namespace.assertion, 'Issuer')?.textContent?.trim();
  const nameId = child(root, namespace.assertion, 'NameID')?.textContent;
  const destination = root.getAttribute('Destination');
  if (!id || !issuer || !nameId) throw invalid('it lacks ID, Issuer or NameID');
  if (destination !== sloUrl) throw invalid(`its Destination is \`${destination}\`, this is \`${sloUrl}\``);
  return { id, issuer, nameId };
}

/** Whether a service provider says that its sessions have ended. @throws SimulatorError `logout-invalid` */
export function parseLogoutResponse(message: unknown, sentBy: SentBy): boolean {
  const root = readMessage(message, sentBy, 'LogoutResponse', invalid);
  const status = child(root, namespace.protocol, 'Status');
  const code = status && child(status, namespace.protocol, 'StatusCode')?.getAttribute('Value');
  return code === `${statusPrefix}Success`;
}

const statusPrefix = 'urn:oasis:names:tc:SAML:2.0:status:';

export function logoutRequestXml(content: LogoutContent): string {
  const { id, issuedAt, destination, issuer, nameId, sessionIndex } = content;
  return (
    `<samlp:LogoutRequest xmlns:samlp="${namespace.protocol}" xmlns:saml="${namespace.assertion}" ID="${x(id)}" Version="2.0"` +
    ` IssueInstant="${issuedAt.toISOString()}" Destination="${x(destination)}"><saml:Issuer>${x(issuer)}</saml:Issuer>` +
    `<saml:NameID Format="${x(nameId.format)}">${x(nameId.value)}</saml:NameID>` +
    (sessionIndex === undefined ? '' : `<samlp:SessionIndex>${x(sessionIndex)}</samlp:SessionIndex>`) +
    `</samlp:LogoutRequest>`
  );
}

export function logoutResponseXml(content: {
  readonly issuer: string;
  readonly destination: string;
  readonly inResponseTo: string;
  readonly status: 'Success' | 'Responder';
}): string {
  const { issuer, destination, inResponseTo, status } = content;
  return (
    `<samlp:LogoutResponse xmlns:samlp="${namespace.protocol}" xmlns:saml="${namespace.assertion}" ID="${newId()}" Version="2.0"` +
    ` IssueInstant="${new Date().toISOString()}" Destination="${x(destination)}" InResponseTo="${x(inResponseTo)}">` +
    `<saml:Issuer>${x(issuer)}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${statusPrefix}${status}"/></samlp:Status></samlp:LogoutResponse>`
  );
}

/** Signed in the way of its binding: over the query by Redirect (bindings section 3.4.4.1), enveloped by POST. */
export function outgoingLogout(
  message: {
    readonly parameter: 'SAMLRequest' | 'SAMLResponse';
    readonly xml: string;
    readonly to: string;
    readonly binding: SentBy;
    readonly relayState?: string;
    readonly signed?: boolean;
  },
  keys: SimulatorKeys,
): OutgoingLogout {
  const { parameter, xml, to, binding, relayState, signed = true } = message;
  const state: Record<string, string> = relayState === undefined ? {} : { RelayState: relayState };
  if (binding === 'post') {
    const sent = signed ? signLogout(xml, keys) : xml;
    return { action: to, fields: { [parameter]: Buffer.from(sent).toString('base64'), ...state } };
  }
  const query = Object.entries({
    [parameter]: deflateRawSync(xml).toString('base64'),
    ...state,
    ...(signed && { SigAlg: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256' }),
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const signature = signed
    ? `&Signature=${encodeURIComponent(sign('sha256', Buffer.from(query), keys.samlPrivateKey).toString('base64'))}`
    : '';
  return { redirect: `${to}${to.includes('?') ? '&' : '?'}${query}${signature}` };
}
