import { beforeAll, describe, expect, it } from 'vitest';
import type { SamlErrorCode } from '../src/index.js';
import { makeSigningKey, sign } from './identity-provider.js';
import {
  acsUrl,
  assertionXml,
  at,
  bearer,
  entityId,
  minute,
  now,
  requestId,
  responseXml,
  second,
  type ResponseParts,
} from './response-builder.js';
import { makeBench, type Bench } from './verification.js';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});

type Case = readonly [what: string, code: SamlErrorCode | 'accepted', changes: Partial<ResponseParts>];

const status = (codes: string) => `<samlp:Status>${codes}</samlp:Status>`;
const data = (attributes: string) =>
  `<saml:SubjectConfirmation Method="${bearer}"><saml:SubjectConfirmationData ${attributes}/></saml:SubjectConfirmation>`;
const goodData = data(`InResponseTo="${requestId}" Recipient="${acsUrl}" NotOnOrAfter="${at(minute)}"`);

/** Each is said by the signed assertion alone: the Response around it stays good. */
const assertionCases: readonly Case[] = [
  ['a foreign issuer', 'assertion-issuer-mismatch', { issuer: 'https://evil.test' }],
  ['an issuer that differs in a blank', 'assertion-issuer-mismatch', { issuer: 'https://idp.test/entity ' }],
  ['another version', 'assertion-malformed', { assertionVersion: '1.1' }],
  ['an issue instant without a time zone', 'assertion-malformed', { issueInstant: '2031-05-06T07:08:09' }],
  ['an issue instant in the future', 'assertion-not-yet-valid', { issueInstant: at(2 * minute) }],
  [
    'an assertion issued more than an hour ago, whatever end it gives itself',
    'assertion-expired',
    { issueInstant: at(-62 * minute) },
  ],
  ['a foreign audience', 'audience-mismatch', { audiences: [['https://other.test']] }],
  ['an audience that begins with ours', 'audience-mismatch', { audiences: [[`${entityId}.evil.test`]] }],
  [
    'one of several restrictions foreign',
    'audience-mismatch',
    { audiences: [[entityId], ['https://other.test']] },
  ],
  ['a restriction without audience', 'audience-mismatch', { audiences: [[]] }],
  ['no audience restriction', 'audience-missing', { audiences: [] }],
  ['no conditions', 'audience-missing', { conditionsXml: '' }],
  ['several conditions', 'assertion-malformed', { conditionsXml: '<saml:Conditions/><saml:Conditions/>' }],
  ['a condition nobody here knows', 'condition-unknown', { conditionXml: '<saml:Condition xsi:type="x"/>' }],
  ['conditions that have ended', 'assertion-expired', { notOnOrAfter: at(-minute) }],
  ['conditions not yet begun', 'assertion-not-yet-valid', { notBefore: at(minute + second) }],
  ['a foreign recipient', 'recipient-mismatch', { recipient: 'https://evil.test/acs' }],
  [
    'a recipient of another connection',
    'recipient-mismatch',
    { recipient: acsUrl.replace('con_1', 'con_2') },
  ],
  ['no recipient', 'recipient-mismatch', { recipient: undefined }],
  ['a confirmation that has ended', 'assertion-expired', { confirmationEnd: at(-minute) }],
  ['a confirmation not yet begun', 'assertion-not-yet-valid', { confirmationStart: at(2 * minute) }],
  ['a confirmation without end', 'assertion-malformed', { confirmationEnd: undefined }],
  ['a confirmation of a date that is none', 'assertion-malformed', { confirmationEnd: 'tomorrow' }],
  ['holder-of-key', 'confirmation-missing', { method: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key' }],
  ['sender-vouches', 'confirmation-missing', { method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' }],
  ['no confirmation', 'confirmation-missing', { confirmationXml: '' }],
  [
    'a confirmation without data',
    'confirmation-missing',
    { confirmationXml: `<saml:SubjectConfirmation Method="${bearer}"/>` },
  ],
  ['an answer to another request in the assertion', 'in-response-to-mismatch', { inResponseTo: '_other' }],
  ['no InResponseTo in the assertion', 'in-response-to-missing', { inResponseTo: undefined }],
  ['no AuthnStatement', 'authentication-missing', { authnXml: '' }],
  ['an AuthnStatement without instant', 'assertion-malformed', { authnInstant: undefined }],
  ['an authentication in the future', 'assertion-not-yet-valid', { authnInstant: at(2 * minute) }],
  ['a session at the IdP that has ended', 'session-expired', { sessionEnd: at(-minute) }],
  ['no subject', 'subject-missing', { subjectXml: '' }],
  ['no NameID', 'subject-missing', { nameId: undefined }],
  ['an empty NameID', 'subject-missing', { nameId: ' ' }],
  [
    'two NameIDs',
    'assertion-malformed',
    { nameIdXml: '<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>' },
  ],
  ['an attribute without name', 'assertion-malformed', { attributesXml: '<saml:Attribute/>' }],

  ['the last moment of the skew', 'accepted', { notOnOrAfter: at(-minute + 1) }],
  ['the first moment of the skew', 'accepted', { notBefore: at(minute) }],
  ['one of several audiences ours', 'accepted', { audiences: [['https://other.test', entityId]] }],
  ['OneTimeUse', 'accepted', { conditionXml: '<saml:OneTimeUse/>' }],
  [
    'one good confirmation after a bad one',
    'accepted',
    { confirmationXml: data(`Recipient="${acsUrl}"`) + goodData },
  ],
  ['.NET fractions of a second', 'accepted', { notOnOrAfter: at(minute).replace('.000Z', '.1234567Z') }],
];

/** Each is said by the Response around a good assertion, and can only refuse. */
const responseCases: readonly Case[] = [
  ['a foreign issuer', 'response-issuer-mismatch', { responseIssuer: 'https://evil.test' }],
  ['a foreign destination', 'response-destination-mismatch', { destination: 'https://evil.test/acs' }],
  ['another version', 'response-malformed', { version: '1.1' }],
  ['an answer to another request', 'in-response-to-mismatch', { responseInResponseTo: '_other' }],
  ['no InResponseTo', 'in-response-to-missing', { responseInResponseTo: undefined }],
  [
    'a refusal beside an assertion',
    'response-status',
    { statusXml: status('<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/>') },
  ],
  [
    'a success with a second thought',
    'response-status',
    {
      statusXml: status(
        '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode>',
      ),
    },
  ],
  ['a status without code', 'response-status', { statusXml: status('') }],
];

describe('refused for what the signed assertion says', () => {
  it.each(assertionCases)('L2: %s → %s', (_what, code, changes) => {
    expect(bench.refusal(bench.signed(changes))).toBe(code);
  });

  it('L2: an assertion without issuer', () => {
    const unsigned = responseXml({ issuer: undefined });
    const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(bench.signed())?.[0] ?? '';
    expect(bench.refusal(unsigned.replace('<saml:Subject>', `${signature}<saml:Subject>`))).toBe(
      'signature-invalid',
    );
  });
});

describe('refused for what the Response says', () => {
  it.each(responseCases)('L2: unsigned, %s → %s', (_what, code, changes) => {
    expect(bench.refusal(responseXml(changes, sign(assertionXml(), 'Assertion', bench.key)))).toBe(code);
  });

  it.each(responseCases)('L2: signed, %s → %s', (_what, code, changes) => {
    const assertion = sign(assertionXml(), 'Assertion', bench.key);
    expect(bench.refusal(sign(responseXml(changes, assertion), 'Response', bench.key))).toBe(code);
  });

  it('L2: what an unsigned Response does not say is not missed', () => {
    const parts = { destination: undefined, responseIssuer: undefined, version: undefined, statusXml: '' };
    expect(bench.refusal(responseXml(parts, sign(assertionXml(), 'Assertion', bench.key)))).toBe('accepted');
  });

  it('L2: a signed Response must say where it goes', () => {
    expect(bench.refusal(bench.signedTwice({ destination: undefined }))).toBe('response-destination-missing');
  });
});

describe('refused for what it is', () => {
  it.each([
    ['LogoutResponse', 'response-unexpected'],
    ['LogoutRequest', 'response-unexpected'],
    ['AuthnRequest', 'response-unexpected'],
  ] as const)('L2: a %s at the ACS', (name, code) => {
    const xml = `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0"><saml:Issuer>https://idp.test/entity</saml:Issuer></samlp:${name}>`;
    expect(bench.refusal(xml)).toBe(code);
  });

  it('L2: a Response of another namespace', () => {
    expect(bench.refusal('<Response/>')).toBe('response-unexpected');
  });

  it('L2: a NoPassive status, signed or not', () => {
    const statusXml = status(
      '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:NoPassive"/></samlp:StatusCode><samlp:StatusMessage>not now</samlp:StatusMessage>',
    );
    const xml = responseXml({ statusXml }, '');
    for (const each of [xml, sign(xml, 'Response', bench.key)]) {
      expect(bench.refusal(each)).toBe('response-status');
      expect(() => bench.verify(each)).toThrow(
        expect.objectContaining({ cause: expect.stringMatching(/NoPassive: not now$/) }),
      );
    }
  });

  it('L2: no assertion, or an encrypted one', () => {
    expect(bench.refusal(responseXml({}, ''))).toBe('assertion-missing');
    expect(bench.refusal(responseXml({}, '<saml:EncryptedAssertion/>'))).toBe('assertion-encrypted');
    expect(bench.refusal(bench.signed({ nameIdXml: '<saml:EncryptedID/>' }))).toBe('assertion-encrypted');
  });

  it('L2: unsigned', () => {
    expect(bench.refusal(responseXml())).toBe('signature-missing');
  });

  it('L2: an assertion that only the Response around it signs', () => {
    expect(bench.refusal(sign(responseXml(), 'Response', bench.key))).toBe('assertion-unsigned');
  });

  it('L2: signed by a key of nobody here', async () => {
    const stranger = await makeSigningKey();
    expect(bench.refusal(responseXml({}, sign(assertionXml(), 'Assertion', stranger)))).toBe(
      'signature-invalid',
    );
    expect(bench.refusal(sign(bench.signed(), 'Response', stranger))).toBe('signature-invalid');
  });

  it('L2: a good signature does not make up for a bad one', async () => {
    const stranger = await makeSigningKey();
    const assertionBad = sign(
      responseXml({}, sign(assertionXml(), 'Assertion', stranger)),
      'Response',
      bench.key,
    );
    const responseBad = sign(bench.signed(), 'Response', stranger);
    expect(bench.refusal(assertionBad)).toBe('signature-invalid');
    expect(bench.refusal(responseBad)).toBe('signature-invalid');
  });

  it.each([
    ['the NameID', (xml: string) => xml.replace('>a1b2c3<', '>admin<')],
    ['a group', (xml: string) => xml.replace('>Engineering<', '>Admins<')],
    [
      'the audience',
      (xml: string) => xml.replace(`<saml:Audience>${entityId}`, '<saml:Audience>https://x.test'),
    ],
    ['the end', (xml: string) => xml.replaceAll(at(5 * minute), at(50 * minute))],
    ['the signature', (xml: string) => xml.replace(/<ds:SignatureValue>..../, '<ds:SignatureValue>AAAA')],
    ['the digest', (xml: string) => xml.replace(/<ds:DigestValue>..../, '<ds:DigestValue>AAAA')],
  ])('L2: tampered with %s', (_what, tamper) => {
    for (const xml of [bench.signed(), bench.signedTwice()]) {
      expect(tamper(xml)).not.toBe(xml);
      expect(bench.refusal(tamper(xml))).toBe('signature-invalid');
    }
  });
});

describe('begun at the IdP', () => {
  const unsolicited = { inResponseTo: undefined, responseInResponseTo: undefined };

  it('L2: only where the connection opts in', () => {
    expect(bench.refusal(bench.signed(unsolicited), {}, {})).toBe('idp-initiated-refused');
    expect(bench.refusal(bench.signed(unsolicited), { allowIdpInitiated: false }, {})).toBe(
      'idp-initiated-refused',
    );
    expect(bench.refusal(bench.signed(unsolicited), { allowIdpInitiated: true }, {})).toBe('accepted');
  });

  it('L2: the answer to a request is not taken for unsolicited', () => {
    const allow = { allowIdpInitiated: true };
    expect(bench.refusal(bench.signed(), allow, {})).toBe('sign-in-unknown');
    expect(bench.refusal(bench.signed({ responseInResponseTo: undefined }), allow, {})).toBe(
      'in-response-to-mismatch',
    );
    expect(bench.refusal(bench.signed({ inResponseTo: undefined }), allow, {})).toBe('sign-in-unknown');
  });

  it('L2: opting in does not loosen sign-ins begun here', () => {
    expect(bench.refusal(bench.signed(unsolicited), { allowIdpInitiated: true })).toBe(
      'in-response-to-missing',
    );
  });
});

describe('a fresh authentication asked for', () => {
  it('L2: an older one is refused', () => {
    const expectations = { requestId, authenticatedSince: now - 2 * minute };
    expect(bench.refusal(bench.signed({ authnInstant: at(-4 * minute) }), {}, expectations)).toBe(
      'authentication-stale',
    );
    expect(bench.refusal(bench.signed({ authnInstant: at(-minute) }), {}, expectations)).toBe('accepted');
  });
});

describe('identity and required claims', () => {
  const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';

  it('L4: a transient NameID needs a subjectClaim', () => {
    const xml = bench.signed({ format, attributes: [{ name: 'uid', values: ['u-1'] }] });
    expect(bench.refusal(xml)).toBe('subject-transient');
    expect(bench.verify(xml, { subjectClaim: 'uid' })).toMatchObject({ subject: 'u-1', format: 'claim:uid' });
  });

  it('L4: the subjectClaim has exactly one value', () => {
    const values = (...texts: string[]) => bench.signed({ attributes: [{ name: 'uid', values: texts }] });
    expect(bench.refusal(values(), { subjectClaim: 'uid' })).toBe('subject-claim-missing');
    expect(bench.refusal(values('a', 'b'), { subjectClaim: 'uid' })).toBe('subject-claim-missing');
    expect(bench.refusal(values(' '), { subjectClaim: 'uid' })).toBe('subject-claim-missing');
    expect(bench.refusal(values('a'), { subjectClaim: 'other' })).toBe('subject-claim-missing');
  });

  it('L10: required claims', () => {
    const xml = bench.signed({ attributes: [{ name: 'tid', values: ['tenant-1'] }] });
    expect(bench.refusal(xml, { requiredClaims: { tid: 'tenant-1' } })).toBe('accepted');
    expect(bench.refusal(xml, { requiredClaims: { tid: ['tenant-0', 'tenant-1'] } })).toBe('accepted');
    expect(bench.refusal(xml, { requiredClaims: { tid: 'tenant-2' } })).toBe('required-claim-missing');
    expect(bench.refusal(xml, { requiredClaims: { tid: 'Tenant-1' } })).toBe('required-claim-missing');
    expect(bench.refusal(xml, { requiredClaims: { hd: 'tenant-1' } })).toBe('required-claim-missing');
    expect(bench.refusal(xml, { requiredClaims: { tid: 'tenant-1', hd: 'x' } })).toBe(
      'required-claim-missing',
    );
  });
});
