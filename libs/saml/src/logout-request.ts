import type { OutgoingRequest } from './authn-request.js';
import { checkLogoutMessage } from './check-logout-message.js';
import { clockSkew, parseInstant } from './instant.js';
import { readNameId, type NameId } from './name-id.js';
import { assertionNs, protocolNs } from './namespaces.js';
import { outgoing } from './outgoing-message.js';
import { receivedMessage, type ReceivedLogout } from './received-message.js';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';
import type { ReplayKey } from './sign-in.js';
import { childrenNamed } from './xml-element.js';
import { attributeXml as attribute, escapeXml } from './xml-text.js';

/** More sessions of one person than this no IdP names in one request. */
const mostSessionIndexes = 100;
const lifetime = 5 * 60_000;

/** What a verified LogoutRequest asks for. Every field but `relayState` of a form comes from signed characters. */
export interface LogoutRequest {
  readonly id: string;
  readonly nameId: NameId;
  /** Empty: all sessions of that name (core §3.7.1). */
  readonly sessionIndexes: readonly string[];
  readonly relayState?: string;
  /** The store inserts it with the end of the sessions; a second insert is a replay. */
  readonly replayKey: ReplayKey;
}

/** The IdP's request to end sessions here, pure as `verifyResponse` is. Throws `SamlError`. Rules L2, L9. */
export function verifyLogoutRequest(
  received: ReceivedLogout,
  settings: SamlSettings,
  now: number,
): LogoutRequest {
  const { message, relayState } = receivedMessage(received, 'LogoutRequest', settings);
  const { id, end } = checkLogoutMessage(message, settings, now);
  const expires = message.attributes.get('NotOnOrAfter');
  if (expires !== undefined && now - clockSkew >= parseInstant(expires, 'logout-malformed', 'NotOnOrAfter'))
    throw new SamlError('logout-expired', `NotOnOrAfter \`${expires}\``);
  if (message.children.some(({ local }) => local === 'EncryptedID')) throw new SamlError('logout-encrypted');
  const nameId = readNameId(message);
  if (nameId === undefined) throw new SamlError('logout-subject-missing');
  const sessionIndexes = childrenNamed(message, protocolNs, 'SessionIndex').map(({ text }) => text);
  if (sessionIndexes.length > mostSessionIndexes)
    throw new SamlError('logout-malformed', `over ${mostSessionIndexes} session indexes`);
  return {
    id,
    nameId,
    sessionIndexes,
    ...(relayState !== undefined && { relayState }),
    replayKey: { id, expiresAt: end },
  };
}

/** Whom our own request is about, as the IdP's assertion named them. */
export interface LogoutSubject {
  readonly nameId: NameId;
  readonly sessionIndex?: string;
}

/**
 * Asks the IdP to end its session (core §3.7.1), signed where the connection has a key. Undefined where the connection knows no
 * address for it. `now` in ms since the epoch.
 */
export function makeLogoutRequest(
  settings: SamlSettings,
  { nameId, sessionIndex }: LogoutSubject,
  { id, relayState, now }: { readonly id: string; readonly relayState: string; readonly now: number },
): OutgoingRequest | undefined {
  const { logoutUrl: destination, logoutBinding: binding = 'redirect', entityId, signing } = settings;
  if (destination === undefined) return undefined;
  const xml =
    `<samlp:LogoutRequest xmlns:samlp="${protocolNs}" xmlns:saml="${assertionNs}"` +
    `${attribute('ID', id)} Version="2.0"${attribute('IssueInstant', new Date(now).toISOString())}` +
    `${attribute('Destination', destination)}${attribute('NotOnOrAfter', new Date(now + lifetime).toISOString())}>` +
    `<saml:Issuer>${escapeXml(entityId)}</saml:Issuer>` +
    `<saml:NameID${attribute('NameQualifier', nameId.nameQualifier)}${attribute('SPNameQualifier', nameId.spNameQualifier)}` +
    `${attribute('Format', nameId.format)}>${escapeXml(nameId.value)}</saml:NameID>` +
    (sessionIndex === undefined
      ? ''
      : `<samlp:SessionIndex>${escapeXml(sessionIndex)}</samlp:SessionIndex>`) +
    `</samlp:LogoutRequest>`;
  return outgoing({ parameter: 'SAMLRequest', xml, destination, binding, relayState }, signing);
}
