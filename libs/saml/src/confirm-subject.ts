import { checkPeriod } from './check-conditions.js';
import { assertionNs } from './namespaces.js';
import { SamlError } from './saml-error.js';
import { childrenNamed, type XmlElement } from './xml-element.js';

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/**
 * One bearer confirmation must hold whole (SAML profiles §4.1.4.3): our address, an end in the future, and the request it
 * answers — or, where `requestId` is undefined because nobody asked, none. Returns its end.
 */
export function confirmSubject(
  subject: XmlElement,
  acsUrl: string,
  requestId: string | undefined,
  now: number,
): number {
  let refusal = new SamlError('confirmation-missing');
  for (const confirmation of childrenNamed(subject, assertionNs, 'SubjectConfirmation')) {
    if (confirmation.attributes.get('Method') !== bearer) continue;
    try {
      return confirm(confirmation, acsUrl, requestId, now);
    } catch (error) {
      if (!(error instanceof SamlError)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

function confirm(
  confirmation: XmlElement,
  acsUrl: string,
  requestId: string | undefined,
  now: number,
): number {
  const [data, ...rest] = childrenNamed(confirmation, assertionNs, 'SubjectConfirmationData');
  if (data === undefined || rest.length > 0)
    throw new SamlError('confirmation-missing', 'not exactly one SubjectConfirmationData');
  const recipient = data.attributes.get('Recipient');
  if (recipient !== acsUrl)
    throw new SamlError('recipient-mismatch', `\`${recipient ?? ''}\` instead of \`${acsUrl}\``);
  checkInResponseTo(data.attributes.get('InResponseTo'), requestId, 'SubjectConfirmationData');
  const end = checkPeriod(data, 'SubjectConfirmationData', now);
  if (end === undefined)
    throw new SamlError('assertion-malformed', 'SubjectConfirmationData without NotOnOrAfter');
  return end;
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
