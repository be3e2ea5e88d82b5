import type { KeyObject } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { parseDom } from './canonicalize.js';
import { readCertificate } from './certificate.js';
import { decodeMessage, normaliseLineEnds } from './decode-message.js';
import { protocolNs } from './namespaces.js';
import { messageBounds, parseXml, type Bounds } from './parse-xml.js';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';
import { isSignedBy } from './signature-algorithms.js';
import { assertIdsUnique, isSigned } from './signature-place.js';
import { signedText } from './signed-text.js';
import { verifySignedInfo } from './verify-signed-info.js';
import { elementsWithin, isNamed, type XmlElement } from './xml-element.js';

/** A logout message as the browser brought it. */
export type ReceivedLogout =
  /** The query as it stood in the URL, without `?`, nothing decoded: the signature is over these characters. */
  | { readonly binding: 'redirect'; readonly query: string }
  | { readonly binding: 'post'; readonly form: ReadonlyMap<string, string> };

type LogoutKind = 'LogoutRequest' | 'LogoutResponse';

interface VerifiedMessage {
  /** From signed characters. */
  readonly message: XmlElement;
  readonly relayState?: string;
}

/** A logout message names one person and a few sessions. */
const limit = 64 * 1024;
const logoutBounds: Bounds = {
  ...messageBounds,
  characters: limit,
  depth: 16,
  elements: 300,
  allXmlAttributes: 1_000,
  turns: 20_000,
};

/** Which of the two it is, by the name of its parameter alone. */
export function logoutKindOf(received: ReceivedLogout): LogoutKind {
  const names = received.binding === 'post' ? received.form : parametersOf(received.query);
  const [request, response] = [names.has('SAMLRequest'), names.has('SAMLResponse')];
  if (request === response) throw new SamlError('logout-missing', request ? 'both kinds' : 'neither kind');
  return request ? 'LogoutRequest' : 'LogoutResponse';
}

/**
 * The message of a kind, signed by the IdP in the way of its binding: nothing unsigned is accepted, and by Redirect nothing
 * unsigned is even inflated. Throws `SamlError`.
 */
export function receivedMessage(
  received: ReceivedLogout,
  kind: LogoutKind,
  settings: Pick<SamlSettings, 'certificates'>,
): VerifiedMessage {
  const parameter = kind === 'LogoutRequest' ? 'SAMLRequest' : 'SAMLResponse';
  const keys = settings.certificates.map((pem): KeyObject => readCertificate(pem).publicKey);
  return received.binding === 'post'
    ? ofForm(received.form, parameter, kind, keys)
    : ofQuery(received.query, parameter, kind, keys);
}

/** Bindings §3.4.4.1: the signature is over the parameters in their original encoding, in this order, and says nothing of others. */
function ofQuery(
  query: string,
  parameter: string,
  kind: LogoutKind,
  keys: readonly KeyObject[],
): VerifiedMessage {
  const raw = parametersOf(query);
  const [message, algorithm, signature] = [raw.get(parameter), raw.get('SigAlg'), raw.get('Signature')];
  if (message === undefined) throw new SamlError('logout-missing', `no ${parameter}`);
  if (algorithm === undefined || signature === undefined) throw new SamlError('logout-unsigned');
  const encoding = raw.get('SAMLEncoding');
  if (encoding !== undefined && decoded(encoding) !== deflateEncoding)
    throw new SamlError('logout-malformed', 'another encoding than DEFLATE');
  const signed = [parameter, 'RelayState', 'SigAlg']
    .filter((name) => raw.has(name))
    .map((name) => `${name}=${raw.get(name)}`)
    .join('&');
  if (!isSignedBy(keys, decoded(algorithm), signed, bytesOf(signature)))
    throw new SamlError(
      'signature-invalid',
      `no certificate of the connection fits, by \`${decoded(algorithm)}\``,
    );

  const root = parseXml(inflated(bytesOf(message)), logoutBounds);
  refuseOther(root, kind);
  return {
    message: root,
    ...relayStateOf(raw.has('RelayState') ? decoded(raw.get('RelayState')!) : undefined),
  };
}

const deflateEncoding = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';

/** Bindings §3.5.4: an enveloped signature. The RelayState of a form is signed by nobody. */
function ofForm(
  form: ReadonlyMap<string, string>,
  parameter: string,
  kind: LogoutKind,
  keys: readonly KeyObject[],
): VerifiedMessage {
  const encoded = form.get(parameter);
  if (encoded === undefined || encoded === '') throw new SamlError('logout-missing', `no ${parameter}`);
  if (encoded.length > limit * 1.5) throw new SamlError('logout-too-large');
  const xml = decodeMessage(encoded);
  const shown = parseXml(xml, logoutBounds);
  refuseOther(shown, kind);
  const all = elementsWithin(shown);
  assertIdsUnique(all);
  if (!isSigned(shown)) throw new SamlError('logout-unsigned');
  if (all.filter(({ local }) => local === 'Signature').length > 1)
    throw new SamlError('signature-malformed', 'several signatures');

  const signedInfo = verifySignedInfo(xml, [shown], keys);
  const message = parseXml(signedText(domOf(xml), kind, signedInfo), logoutBounds);
  if (!isNamed(message, protocolNs, kind) || message.attributes.get('ID') !== shown.attributes.get('ID'))
    throw new SamlError('signature-invalid', 'the signed bytes are not the message that is shown');
  return { message, ...relayStateOf(form.get('RelayState')) };
}

/** Each name once, as it stood: of two that are called alike, sender and receiver might read different ones. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  if (query.length > limit) throw new SamlError('logout-too-large');
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    if (found.has(name)) throw new SamlError('logout-malformed', 'a parameter occurs twice');
    found.set(name, at < 0 ? '' : pair.slice(at + 1));
  }
  return found;
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    throw new SamlError('logout-malformed', 'a parameter is not percent-encoded');
  }
}

/** RFC 4648 §4, line breaks and blanks aside: Node's decoder would skip over anything else in silence. */
function bytesOf(raw: string): Buffer {
  const compact = decoded(raw).replace(/[ \t\r\n]+/g, '');
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.length === 0 || bytes.toString('base64') !== compact)
    throw new SamlError('logout-malformed', 'a parameter is not base64');
  return bytes;
}

function inflated(bytes: Buffer): string {
  try {
    const xml = inflateRawSync(bytes, { maxOutputLength: limit });
    return normaliseLineEnds(new TextDecoder('utf-8', { fatal: true }).decode(xml));
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    throw new SamlError(tooLarge ? 'logout-too-large' : 'logout-malformed', error);
  }
}

function refuseOther(root: XmlElement, kind: LogoutKind): void {
  if (!isNamed(root, protocolNs, kind))
    throw new SamlError('logout-unexpected', `the root is \`${root.local}\``);
}

function relayStateOf(relayState: string | undefined): Pick<VerifiedMessage, 'relayState'> {
  return relayState === undefined ? {} : { relayState };
}

function domOf(xml: string): Element {
  try {
    return parseDom(xml);
  } catch (error) {
    throw new SamlError('signature-invalid', error);
  }
}
