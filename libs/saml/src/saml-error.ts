/** What each refusal says to the person who signs in, or to the admin who writes settings. Nothing here comes from a message. */
const messages = {
  'response-missing': 'the request carries no SAML response',
  'response-too-large': 'the SAML message is larger than 512 KiB',
  'response-not-base64': 'the SAML response is not base64',
  'xml-malformed': 'the SAML message is not well-formed XML in UTF-8',
  'xml-doctype': 'the SAML message has a DOCTYPE',
  'xml-processing-instruction': 'the SAML message has a processing instruction',
  'xml-too-deep': 'the SAML message is nested too deeply',
  'xml-too-many-attributes': 'the SAML message has too many attributes',
  'xml-too-many-values': 'the SAML message has too many attribute values',
  'xml-too-many-elements': 'the SAML message has too many elements',
  'xml-namespace-too-long': 'the SAML message declares a namespace that is too long',
  'response-unexpected': 'the SAML message is not the answer to a sign-in',
  'response-malformed': 'the SAML response does not follow the standard',
  'response-status': 'the identity provider refused the sign-in',
  'response-issuer-mismatch':
    'the SAML response comes from another identity provider than this connection names',
  'response-destination-missing': 'the signed SAML response does not say where it is to go',
  'response-destination-mismatch': 'the SAML response was meant for another address',
  'assertion-missing': 'the SAML response has no assertion',
  'assertion-unsigned': 'only the SAML response is signed; have the identity provider sign assertions',
  'assertion-encrypted': 'the assertion is encrypted; turn encryption off at the identity provider',
  'assertion-not-alone': 'the SAML response has more than one assertion, or one in an unusual place',
  'assertion-malformed': 'the assertion does not follow the standard',
  'assertion-issuer-mismatch':
    'the assertion comes from another identity provider than this connection names',
  'assertion-expired': 'the assertion has expired; sign in again, and compare the clocks if this repeats',
  'assertion-not-yet-valid': 'the assertion is not valid yet; compare the clocks of both sides',
  'signature-missing': 'neither the SAML response nor its assertion is signed',
  'signature-malformed': 'the signature does not have the shape that SAML prescribes',
  'signature-algorithm-refused':
    'the signature uses an algorithm that is not accepted; choose RSA or ECDSA with SHA-256',
  'signature-invalid': 'the signature does not match any certificate of this connection',
  'audience-missing': 'the assertion does not say whom it is for',
  'audience-mismatch': 'the assertion is for another service',
  'condition-unknown': 'the assertion carries a condition that is not understood',
  'confirmation-missing': 'the assertion has no bearer confirmation',
  'recipient-mismatch': 'the assertion was issued for another address',
  'in-response-to-missing': 'the response does not say which sign-in it answers',
  'in-response-to-mismatch': 'the response answers another sign-in',
  'idp-initiated-refused': 'this connection does not accept sign-ins begun at the identity provider',
  'authentication-missing': 'the assertion does not say how the person signed in',
  'authentication-stale': 'the identity provider did not ask the person to sign in again',
  'session-expired': 'the session at the identity provider has ended',
  'subject-missing': 'the assertion does not say who signed in',
  'subject-transient':
    'the NameID changes at every sign-in; choose a persistent NameID or name a `subjectClaim` for this connection',
  'subject-claim-missing': 'the claim that identifies the person is absent or has several values',
  'required-claim-missing': 'the assertion lacks a claim that this connection requires',
  'sign-in-unknown': 'this sign-in is not known here; begin again',
  'sign-in-used': 'this sign-in was already finished; begin again',
  'logout-missing': 'the request carries no SAML logout message',
  'logout-too-large': 'the SAML logout message is larger than 64 KiB',
  'logout-unexpected': 'the SAML message is not about a logout',
  'logout-unsigned': 'the logout message is not signed; have the identity provider sign logout messages',
  'logout-malformed': 'the logout message does not follow the standard',
  'logout-encrypted': 'the name in the logout request is encrypted; turn that off at the identity provider',
  'logout-issuer-mismatch':
    'the logout message comes from another identity provider than this connection names',
  'logout-destination-mismatch': 'the logout message was meant for another address',
  'logout-expired': 'the logout message is not of now; compare the clocks of both sides',
  'logout-subject-missing': 'the logout request does not say whose sessions are to end',
  'logout-unknown': 'this logout is not known here',
  'settings-invalid': 'the SAML settings are not usable',
  'metadata-not-an-idp': 'the metadata does not describe an identity provider for SAML 2.0',
  'metadata-several-idps': 'the metadata describes several identity providers; give that of one',
  'metadata-endpoint-missing': 'the metadata names no sign-in address with redirect or POST binding',
  'metadata-certificate-missing': 'the metadata holds no usable signing certificate',
} as const;

/** Closed and stable. */
export type SamlErrorCode = keyof typeof messages;

/** Long values come from outside: a trace holds the beginning. */
const causeLimit = 500;

/**
 * A refusal. `code` and `message` are safe to show to anyone; `cause` is for the sign-in trace: a sentence that says
 * what was found and expected (never a subject or a claim's value), or the error of the library that refused.
 */
export class SamlError extends Error {
  override readonly name = 'SamlError';
  readonly code: SamlErrorCode;

  constructor(code: SamlErrorCode, cause?: unknown) {
    super(messages[code], {
      cause:
        typeof cause === 'string' && cause.length > causeLimit ? `${cause.slice(0, causeLimit)}…` : cause,
    });
    this.code = code;
  }
}
