import { claimsOfAttributes, readClaim } from '@idp-roles/mapping';
import { readAttributes, type AssertionAttribute } from './assertion-attributes.js';
import { checkAssertion } from './check-assertion.js';
import { checkAuthentication } from './check-authentication.js';
import { checkConditions } from './check-conditions.js';
import { checkResponse } from './check-response.js';
import { checkInResponseTo, confirmSubject } from './confirm-subject.js';
import { decodeMessage } from './decode-message.js';
import { identify } from './identify.js';
import { clockSkew } from './instant.js';
import { emailFormat, onlySubject, readNameId, type NameId } from './name-id.js';
import { parseXml } from './parse-xml.js';
import { personOf } from './person.js';
import { checkRequiredClaims } from './required-claims.js';
import { readResponse } from './response-document.js';
import { SamlError } from './saml-error.js';
import type { SamlSettings } from './saml-settings.js';
import type { VerifiedSignIn } from './sign-in.js';
import { signedParts } from './signed-parts.js';

/** What this side knows about the sign-in that the response is to finish. */
export interface ResponseExpectations {
  /** The ID of our AuthnRequest. Undefined: nobody asked, which only `allowIdpInitiated` lets pass. */
  readonly requestId?: string;
  /** A fresh authentication was asked for at this instant, in ms since the epoch. */
  readonly authenticatedSince?: number;
}

/**
 * The whole verification as a function of its arguments: no clock, no store, no network, so that it can run in a worker.
 * `encoded` is the form field, `now` is in ms since the epoch. Throws `SamlError`. Rules L2, L4, L10.
 */
export function verifyResponse(
  encoded: unknown,
  settings: SamlSettings,
  { requestId, authenticatedSince }: ResponseExpectations,
  now: number,
): VerifiedSignIn {
  const xml = decodeMessage(encoded);
  const document = readResponse(parseXml(xml));
  if (requestId === undefined)
    refuseUnlessUnsolicited(document.response.attributes.get('InResponseTo'), settings);

  const { response, responseSigned, assertion } = signedParts(xml, document, settings.certificates);
  checkResponse(response, settings, responseSigned);
  checkInResponseTo(response.attributes.get('InResponseTo'), requestId, 'Response');

  const { id, end } = checkAssertion(assertion, settings.idpIssuer, now);
  const conditionsEnd = checkConditions(assertion, settings.entityId, now) ?? Infinity;
  const subject = onlySubject(assertion);
  const confirmationEnd = confirmSubject(subject, settings.acsUrl, requestId, now);
  const authentication = checkAuthentication(assertion, authenticatedSince, now);

  const nameId = readNameId(subject);
  const attributes = withEmail(readAttributes(assertion), nameId);
  const claims = claimsOfAttributes(attributes);
  checkRequiredClaims(claims, settings.requiredClaims);
  return {
    issuer: settings.idpIssuer,
    ...identify(nameId, claims, settings.subjectClaim),
    ...(nameId !== undefined && { nameId }),
    claims,
    ...personOf(attributes, claims),
    ...authentication,
    replayKey: { id, expiresAt: Math.min(end, conditionsEnd, confirmationEnd) + clockSkew },
  };
}

function refuseUnlessUnsolicited(inResponseTo: string | undefined, settings: SamlSettings): void {
  if (inResponseTo !== undefined)
    throw new SamlError('sign-in-unknown', 'answers a request that is not pending');
  if (settings.allowIdpInitiated !== true) throw new SamlError('idp-initiated-refused');
}

/** An IdP that sends the address as NameID often sends it nowhere else: mappings of `email` find it then. */
function withEmail(
  attributes: readonly AssertionAttribute[],
  nameId: NameId | undefined,
): readonly AssertionAttribute[] {
  if (nameId?.format !== emailFormat) return attributes;
  if (readClaim(claimsOfAttributes(attributes), 'email').state !== 'absent') return attributes;
  return [...attributes, { name: 'email', values: [nameId.value] }];
}
