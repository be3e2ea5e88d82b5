import { checkPeriod } from './check-conditions.js';
import { parseInstant } from './instant.js';
import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/**
 * One bearer confirmation must hold whole (SAML profiles §4.1.4.3): our address, an end in the future, and the request it
 * answers — or, where `requestId` is undefined because nobody asked, none. Returns the last end of any, whether it holds
 * now or not: one that does not may hold later, or for another request, and a copy must be known until then.
 */
export function confirmSubject(
  subject: XmlElement,
  acsUrl: string,
  requestId: string | undefined,
  now: number,
): number {
  let refusal = new SamlError('confirmation-missing');
  let confirmed = false;
  let end = -Infinity;
  for (const confirmation of childrenNamed(subject, assertionNs, 'SubjectConfirmation')) {
    if (confirmation.attributes.get('Method') !== bearer) continue;
    end = Math.max(end, ...endsOf(confirmation));
    try {
      confirm(confirmation, acsUrl, requestId, now);
      confirmed = true;
    } catch (error) {
      if (!(error instanceof SamlError)) throw error;
      refusal = error;
    }
  }
  if (!confirmed) throw refusal;
  return end;
}

/** As far as they can be read: a confirmation whose end cannot be never holds. */
function endsOf(confirmation: XmlElement): number[] {
  return childrenNamed(confirmation, assertionNs, 'SubjectConfirmationData').flatMap(({ attributes }) => {
    try {
      return [parseInstant(attributes.get('NotOnOrAfter') ?? '', 'assertion-malformed', 'NotOnOrAfter')];
    } catch {
      return [];
    }
  });
}

function confirm(confirmation: XmlElement, acsUrl: string, requestId: string | undefined, now: number): void {
  const [data, ...rest] = childrenNamed(confirmation, assertionNs, 'SubjectConfirmationData');
  if (data === undefined || rest.length > 0)
    throw new SamlError('confirmation-missing', 'not exactly one SubjectConfirmationData');
  const recipient = data.attributes.get('Recipient');
  if (recipient !== acsUrl)
    throw new SamlError('recipient-mismatch', `\`${recipient ?? ''}\` instead of \`${acsUrl}\``);
  checkInResponseTo(data.attributes.get('InResponseTo'), requestId, 'SubjectConfirmationData');
  if (checkPeriod(data, 'SubjectConfirmationData', now) === undefined)
    throw new SamlError('assertion-malformed', 'SubjectConfirmationData without NotOnOrAfter');
}

/** Present and ours, or, where nobody asked, absent: an answer to somebody's request is never taken for unsolicited. */
export function checkInResponseTo(
  found: string | undefined,
  requestId: string | undefined,
  field: string,
): void {
  if (found === requestId) return;
  if (found === undefined) throw new SamlError('in-response-to-missing', field);
  throw new SamlError(
    'in-response-to-mismatch',
    `${field} \`${found}\` instead of ${requestId === undefined ? 'none' : `\`${requestId}\``}`,
  );
}
