import { sign as signBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import type { ReceivedLogout } from '../src/index.js';
import { enveloped, exclusive, sha256 } from './identity-provider.js';
import { at, idpIssuer, minute, persistent } from './response-builder.js';

export const sloUrl = 'https://app.test/sso/con_1/slo';
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

type Text = string | undefined;
type Kind = 'LogoutRequest' | 'LogoutResponse';

/** A logout message as an IdP sends it, each part replaceable; `undefined` leaves it out. */
const standard = {
  id: '_logout-1' as Text,
  version: '2.0' as Text,
  issued: at(0) as Text,
  destination: sloUrl as Text,
  ends: at(5 * minute) as Text,
  inResponseTo: '_request-1' as Text,
  issuerXml: `<saml:Issuer>${idpIssuer}</saml:Issuer>`,
  nameIdXml: `<saml:NameID Format="${persistent}">a1b2c3</saml:NameID>`,
  indexesXml: '<samlp:SessionIndex>_session-1</samlp:SessionIndex>',
  statusXml:
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
  more: '',
};
export type LogoutParts = typeof standard;

const attribute = (name: string, value: Text) => (value === undefined ? '' : ` ${name}="${value}"`);

export function logoutXml(kind: Kind, changes: Partial<LogoutParts> = {}): string {
  const p = { ...standard, ...changes };
  const own =
    kind === 'LogoutRequest'
      ? { attributes: attribute('NotOnOrAfter', p.ends), xml: p.nameIdXml + p.indexesXml }
      : { attributes: attribute('InResponseTo', p.inResponseTo), xml: p.statusXml };
  return (
    `<samlp:${kind} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"` +
    `${attribute('ID', p.id)}${attribute('Version', p.version)}${attribute('IssueInstant', p.issued)}${attribute('Destination', p.destination)}${own.attributes}>` +
    `${p.issuerXml}${own.xml}${p.more}</samlp:${kind}>`
  );
}

const parameterOf = (xml: string) => (xml.includes('<samlp:LogoutRequest') ? 'SAMLRequest' : 'SAMLResponse');

interface Key {
  readonly privateKey: string;
}

/** By Redirect: the query as it stands in the URL. */
export function byRedirect(
  xml: string,
  key: Key,
  {
    relayState,
    algorithm = rsaSha256,
    hash = 'sha256',
    parameter = parameterOf(xml),
  }: { relayState?: string; algorithm?: string; hash?: string; parameter?: string } = {},
): ReceivedLogout & { binding: 'redirect' } {
  const fields = [
    `${parameter}=${encodeURIComponent(deflateRawSync(xml).toString('base64'))}`,
    ...(relayState === undefined ? [] : [`RelayState=${encodeURIComponent(relayState)}`]),
    `SigAlg=${encodeURIComponent(algorithm)}`,
  ].join('&');
  const signature = signBytes(hash, Buffer.from(fields), key.privateKey).toString('base64');
  return { binding: 'redirect', query: `${fields}&Signature=${encodeURIComponent(signature)}` };
}

export function signedXml(xml: string, key: Key, method = rsaSha256, digest = sha256): string {
  const signer = new SignedXml({
    privateKey: key.privateKey,
    signatureAlgorithm: method,
    canonicalizationAlgorithm: exclusive,
  });
  signer.addReference({ xpath: '/*', transforms: [enveloped, exclusive], digestAlgorithm: digest });
  signer.computeSignature(xml, { prefix: 'ds', location: { reference: '/*/*[1]', action: 'after' } });
  return signer.getSignedXml();
}

/** By POST, as it is: sign it before. */
export function byPost(xml: string, relayState?: string): ReceivedLogout & { binding: 'post' } {
  const form = new Map([[parameterOf(xml), Buffer.from(xml).toString('base64')]]);
  if (relayState !== undefined) form.set('RelayState', relayState);
  return { binding: 'post', form };
}
