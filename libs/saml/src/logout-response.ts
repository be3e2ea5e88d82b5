import type { OutgoingRequest } from './authn-request.js';
import { drawRequestId } from './authn-request.js';
import { checkLogoutMessage } from './check-logout-message.js';
import { assertionNs, protocolNs } from './namespaces.js';
import { outgoing } from './outgoing-message.js';
import { receivedMessage, type ReceivedLogout } from './received-message.js';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';
import { childrenNamed, type XmlElement } from './xml-element.js';
import { attributeXml as attribute, escapeXml } from './xml-text.js';

const status = 'urn:oasis:names:tc:SAML:2.0:status:';
const success = `${status}Success`;

/** Whether the IdP has ended its session; `partial`: its own, and not those of all other services. */
export type LogoutAnswer = 'ended' | 'partial' | 'refused';

/** The IdP's answer to the request of ours that `requestId` names. Throws `SamlError`. Rules L2, L9. */
export function verifyLogoutResponse(
  received: ReceivedLogout,
  settings: SamlSettings,
  { requestId }: { readonly requestId: string },
  now: number,
): LogoutAnswer {
  const { message } = receivedMessage(received, 'LogoutResponse', settings);
  checkLogoutMessage(message, settings, now);
  if (message.attributes.get('InResponseTo') !== requestId)
    throw new SamlError('logout-unknown', 'InResponseTo names another request');
  const [found, ...rest] = childrenNamed(message, protocolNs, 'Status');
  if (found === undefined || rest.length > 0)
    throw new SamlError('logout-malformed', 'not exactly one Status');
  const [first, second] = statusCodes(found);
  if (first !== success) return 'refused';
  return second === undefined ? 'ended' : 'partial';
}

function statusCodes(element: XmlElement): string[] {
  return childrenNamed(element, protocolNs, 'StatusCode').flatMap((code) => [
    code.attributes.get('Value') ?? '',
    ...statusCodes(code),
  ]);
}

/**
 * Tells the IdP that the sessions it named have ended here (core §3.7.2). It goes to the address of the settings alone; undefined
 * where they have none.
 */
export function makeLogoutResponse(
  settings: SamlSettings,
  {
    inResponseTo,
    relayState,
    now,
  }: { readonly inResponseTo: string; readonly relayState?: string; readonly now: number },
): OutgoingRequest | undefined {
  const { logoutUrl, logoutResponseUrl, logoutBinding: binding = 'redirect', entityId, signing } = settings;
  const destination = logoutResponseUrl ?? logoutUrl;
  if (destination === undefined) return undefined;
  const xml =
    `<samlp:LogoutResponse xmlns:samlp="${protocolNs}" xmlns:saml="${assertionNs}"` +
    `${attribute('ID', drawRequestId())} Version="2.0"${attribute('IssueInstant', new Date(now).toISOString())}` +
    `${attribute('Destination', destination)}${attribute('InResponseTo', inResponseTo)}>` +
    `<saml:Issuer>${escapeXml(entityId)}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${success}"/></samlp:Status></samlp:LogoutResponse>`;
  return outgoing({ parameter: 'SAMLResponse', xml, destination, binding, relayState }, signing);
}
