import { assertionNs, protocolNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

const success = 'urn:oasis:names:tc:SAML:2.0:status:Success';

/** A Response around the assertion can only cause a refusal: nothing of it reaches the result (L2). */
export function checkResponse(
  response: XmlElement,
  settings: Pick<SamlSettings, 'idpIssuer' | 'acsUrl'>,
  signed: boolean,
): void {
  checkStatus(response);
  const version = response.attributes.get('Version');
  if (version !== undefined && version !== '2.0')
    throw new SamlError('response-malformed', `version \`${version}\``);

  const issuers = childrenNamed(response, assertionNs, 'Issuer');
  if (issuers.length > 1) throw new SamlError('response-malformed', 'several issuers');
  const [issuer] = issuers;
  if (issuer !== undefined && issuer.text !== settings.idpIssuer)
    throw new SamlError(
      'response-issuer-mismatch',
      `\`${issuer.text}\` instead of \`${settings.idpIssuer}\``,
    );

  const destination = response.attributes.get('Destination');
  if (signed && destination === undefined) throw new SamlError('response-destination-missing');
  if (destination !== undefined && destination !== settings.acsUrl)
    throw new SamlError(
      'response-destination-mismatch',
      `\`${destination}\` instead of \`${settings.acsUrl}\``,
    );
}

/** Asked first, before an assertion is looked for: a refused sign-in has none. */
export function checkStatus(response: XmlElement): void {
  const statuses = childrenNamed(response, protocolNs, 'Status');
  if (statuses.length > 1) throw new SamlError('response-malformed', 'several statuses');
  const [status] = statuses;
  if (status === undefined) return;
  const codes = statusCodes(status);
  if (codes[0] === success && codes.length === 1) return;
  const message = childrenNamed(status, protocolNs, 'StatusMessage')[0]?.text.trim();
  throw new SamlError(
    'response-status',
    [codes.join(' / ') || 'no status code', message].filter(Boolean).join(': '),
  );
}

function statusCodes(element: XmlElement): string[] {
  return childrenNamed(element, protocolNs, 'StatusCode').flatMap((code) => [
    code.attributes.get('Value') ?? '',
    ...statusCodes(code),
  ]);
}
