import { clockSkew, parseInstant } from './instant.js';
import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

/** However far off an assertion puts its own end: an hour after it was issued it is too old, and its replay key can go. */
const longestLife = 3_600_000;

/** The assertion's own ID, version, age and issuer (SAML core §2.3.3). Returns the ID and the latest end it may have. */
export function checkAssertion(
  assertion: XmlElement,
  idpIssuer: string,
  now: number,
): { readonly id: string; readonly end: number } {
  const id = assertion.attributes.get('ID') ?? '';
  if (id === '') throw new SamlError('assertion-malformed', 'no ID');
  if (assertion.attributes.get('Version') !== '2.0')
    throw new SamlError('assertion-malformed', 'not of version 2.0');

  const [issuer, ...rest] = childrenNamed(assertion, assertionNs, 'Issuer');
  if (issuer === undefined || rest.length > 0)
    throw new SamlError('assertion-malformed', 'not exactly one Issuer');
  if (issuer.text !== idpIssuer)
    throw new SamlError('assertion-issuer-mismatch', `\`${issuer.text}\` instead of \`${idpIssuer}\``);

  const text = assertion.attributes.get('IssueInstant') ?? '';
  const end = parseInstant(text, 'assertion-malformed', 'IssueInstant') + longestLife;
  if (end - longestLife > now + clockSkew)
    throw new SamlError('assertion-not-yet-valid', `IssueInstant \`${text}\``);
  if (now - clockSkew >= end) throw new SamlError('assertion-expired', `IssueInstant \`${text}\``);
  return { id, end };
}
