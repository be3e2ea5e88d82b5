import { clockSkew, parseInstant } from './instant.js';
import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

/** How old a message may be: it goes straight from one side to the other, by a browser that is there. */
const longestWay = 10 * 60_000;

/**
 * What every logout message must say of itself (core §3.2.1, §3.2.2): version, an ID, its IdP, this address, a time that is now.
 * Returns the ID, and until when a copy could pass these checks.
 */
export function checkLogoutMessage(
  message: XmlElement,
  { idpIssuer, sloUrl }: Pick<SamlSettings, 'idpIssuer' | 'sloUrl'>,
  now: number,
): { readonly id: string; readonly end: number } {
  const { attributes } = message;
  const id = attributes.get('ID') ?? '';
  if (id === '') throw new SamlError('logout-malformed', 'no ID');
  if (attributes.get('Version') !== '2.0') throw new SamlError('logout-malformed', 'not of version 2.0');

  const [issuer, ...rest] = childrenNamed(message, assertionNs, 'Issuer');
  if (issuer === undefined || rest.length > 0)
    throw new SamlError('logout-malformed', 'not exactly one Issuer');
  if (issuer.text !== idpIssuer)
    throw new SamlError('logout-issuer-mismatch', `\`${issuer.text}\` instead of \`${idpIssuer}\``);

  // Bindings §3.4.5.2 and §3.5.5.2 demand it of what is signed, and all of these are.
  const destination = attributes.get('Destination') ?? '';
  if (sloUrl === undefined || destination !== sloUrl)
    throw new SamlError('logout-destination-mismatch', `\`${destination}\` instead of \`${sloUrl}\``);

  const issuedText = attributes.get('IssueInstant') ?? '';
  const issued = parseInstant(issuedText, 'logout-malformed', 'IssueInstant');
  if (issued > now + clockSkew || issued + longestWay <= now - clockSkew)
    throw new SamlError(
      'logout-expired',
      `IssueInstant \`${issuedText}\`, now \`${new Date(now).toISOString()}\``,
    );
  return { id, end: issued + longestWay + clockSkew };
}
