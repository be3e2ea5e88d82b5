import { clockSkew, parseInstant } from './instant.js';
import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

export interface Authentication {
  readonly sessionIndex?: string;
  readonly sessionNotOnOrAfter?: number;
}

/**
 * An assertion signs somebody in only by its AuthnStatement (SAML core §2.7.2). `notBefore`: we asked for a fresh
 * authentication at that instant, so an older one is refused.
 */
export function checkAuthentication(
  assertion: XmlElement,
  notBefore: number | undefined,
  now: number,
): Authentication {
  const [statement, ...rest] = childrenNamed(assertion, assertionNs, 'AuthnStatement');
  if (statement === undefined) throw new SamlError('authentication-missing');
  if (rest.length > 0) throw new SamlError('assertion-malformed', 'several AuthnStatements');

  const instant = statement.attributes.get('AuthnInstant');
  if (instant === undefined)
    throw new SamlError('assertion-malformed', 'AuthnStatement without AuthnInstant');
  const at = parseInstant(instant, 'assertion-malformed', 'AuthnInstant');
  if (at > now + clockSkew) throw new SamlError('assertion-not-yet-valid', `AuthnInstant \`${instant}\``);
  if (notBefore !== undefined && at < notBefore - clockSkew)
    throw new SamlError('authentication-stale', `AuthnInstant \`${instant}\``);

  const sessionIndex = statement.attributes.get('SessionIndex');
  const end = statement.attributes.get('SessionNotOnOrAfter');
  if (end === undefined) return { sessionIndex };
  const sessionNotOnOrAfter = parseInstant(end, 'assertion-malformed', 'SessionNotOnOrAfter');
  if (now - clockSkew >= sessionNotOnOrAfter)
    throw new SamlError('session-expired', `SessionNotOnOrAfter \`${end}\``);
  return { sessionIndex, sessionNotOnOrAfter };
}
