import { clockSkew, parseInstant } from './instant.js';
import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { childrenNamed, isNamed, type XmlElement } from './xml-element.js';

/** OneTimeUse is kept by the replay key; ProxyRestriction binds those who issue assertions of their own. */
const understood = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']);

/** Times and audience (SAML core §2.5.1). Returns when the conditions end, if they say so. */
export function checkConditions(assertion: XmlElement, entityId: string, now: number): number | undefined {
  const [conditions, ...rest] = childrenNamed(assertion, assertionNs, 'Conditions');
  if (rest.length > 0) throw new SamlError('assertion-malformed', 'several Conditions');
  if (conditions === undefined) throw new SamlError('audience-missing', 'no Conditions');

  const unknown = conditions.children.find(({ uri, local }) => uri !== assertionNs || !understood.has(local));
  if (unknown !== undefined) throw new SamlError('condition-unknown', `\`${unknown.local}\``);

  const end = checkPeriod(conditions, 'Conditions', now);
  checkAudience(conditions, entityId);
  return end;
}

/** Every restriction must name us; within one restriction any of the audiences may (§2.5.1.4). */
function checkAudience(conditions: XmlElement, entityId: string): void {
  const restrictions = conditions.children.filter((child) =>
    isNamed(child, assertionNs, 'AudienceRestriction'),
  );
  if (restrictions.length === 0) throw new SamlError('audience-missing', 'no AudienceRestriction');
  for (const restriction of restrictions) {
    const audiences = childrenNamed(restriction, assertionNs, 'Audience').map(({ text }) => text.trim());
    if (!audiences.includes(entityId))
      throw new SamlError('audience-mismatch', `\`${audiences.join('`, `')}\` instead of \`${entityId}\``);
  }
}

/** NotBefore and NotOnOrAfter of one element, each if present. Returns the end. */
export function checkPeriod(element: XmlElement, field: string, now: number): number | undefined {
  const notBefore = element.attributes.get('NotBefore');
  if (
    notBefore !== undefined &&
    now + clockSkew < parseInstant(notBefore, 'assertion-malformed', 'NotBefore')
  )
    throw new SamlError(
      'assertion-not-yet-valid',
      `${field} NotBefore \`${notBefore}\`, now \`${text(now)}\``,
    );
  const notOnOrAfter = element.attributes.get('NotOnOrAfter');
  if (notOnOrAfter === undefined) return undefined;
  const end = parseInstant(notOnOrAfter, 'assertion-malformed', 'NotOnOrAfter');
  if (now - clockSkew >= end)
    throw new SamlError(
      'assertion-expired',
      `${field} NotOnOrAfter \`${notOnOrAfter}\`, now \`${text(now)}\``,
    );
  return end;
}

const text = (instant: number): string => new Date(instant).toISOString();
