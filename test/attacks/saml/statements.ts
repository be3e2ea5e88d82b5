import { refused } from '../verdict.js';
import {
  at,
  assertion,
  confirmationXml,
  honest,
  honestTwice,
  minute,
  response,
  second,
  text,
  type Changes,
} from './message.js';
import type { SamlCase, SamlSetting } from './saml-case.js';
import { signed } from './signer.js';

type Row = readonly [name: string, code: string, changes: Changes | ((setting: SamlSetting) => Changes)];

const changesOf = (changes: Row[2], setting: SamlSetting) =>
  typeof changes === 'function' ? changes(setting) : changes;

function statement(named: string, rows: readonly Row[]): SamlCase[] {
  return rows.map(([name, code, changes]) => ({
    class: named,
    name,
    make: (setting) => honest(setting, changesOf(changes, setting)),
    expect: () => refused(code),
  }));
}

/** Of the Response: unsigned, where anybody may have written it, and signed. */
function around(rows: readonly Row[]): SamlCase[] {
  return rows.flatMap(([name, code, changes]): SamlCase[] => [
    {
      class: 'response',
      name: `unsigned, ${name}`,
      make: (setting) => honest(setting, changesOf(changes, setting)),
      expect: () => refused(code),
    },
    {
      class: 'response',
      name: `signed, ${name}`,
      make: (setting) => honestTwice(setting, changesOf(changes, setting)),
      expect: () => refused(code),
    },
  ]);
}

const elsewhere = 'https://elsewhere.test/acs';
const confirmationOf = (setting: SamlSetting, changes: Partial<Parameters<typeof confirmationXml>[0]>) =>
  confirmationXml({
    method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
    inResponseTo: setting.requestId,
    recipient: setting.acsUrl,
    confirmationStart: undefined,
    confirmationEnd: at(minute),
    ...changes,
  });
const status = (code: string, inside = '') =>
  `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${code}">${inside}</samlp:StatusCode></samlp:Status>`;
const success = status('Success');

export const statements: readonly SamlCase[] = [
  ...statement('audience', [
    ['another service', 'audience-mismatch', { audiences: [['https://elsewhere.test']] }],
    [
      'another of our connections',
      'audience-mismatch',
      ({ entityId }) => ({ audiences: [[entityId.replace('/metadata', 'x/metadata')]] }),
    ],
    ['ours as a part', 'audience-mismatch', ({ entityId }) => ({ audiences: [[`${entityId}/more`]] })],
    ['ours in capitals', 'audience-mismatch', ({ entityId }) => ({ audiences: [[entityId.toUpperCase()]] })],
    [
      'ours in one restriction of two',
      'audience-mismatch',
      ({ entityId }) => ({ audiences: [[entityId], ['https://elsewhere.test']] }),
    ],
    ['a restriction without audience', 'audience-mismatch', { audiences: [[]] }],
    ['no restriction', 'audience-missing', { audiences: [] }],
    ['no Conditions', 'audience-missing', { conditionsXml: '' }],
    [
      'two Conditions',
      'assertion-malformed',
      ({ entityId }) => ({
        conditionsXml: `<saml:Conditions></saml:Conditions><saml:Conditions><saml:AudienceRestriction><saml:Audience>${entityId}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
      }),
    ],
    [
      'a condition nobody knows',
      'condition-unknown',
      { moreConditions: '<saml:Condition></saml:Condition>' },
    ],
    [
      'ours in a restriction of another namespace',
      'condition-unknown',
      ({ entityId }) => ({
        conditionsXml: `<saml:Conditions><x:AudienceRestriction xmlns:x="urn:x"><x:Audience>${entityId}</x:Audience></x:AudienceRestriction></saml:Conditions>`,
      }),
    ],
  ]),
  ...statement('subject', [
    ['another recipient', 'recipient-mismatch', { recipient: elsewhere }],
    ['no recipient', 'recipient-mismatch', { recipient: undefined }],
    [
      'a recipient of another connection',
      'recipient-mismatch',
      ({ acsUrl }) => ({ recipient: acsUrl.replace('/acs', 'x/acs') }),
    ],
    ['a recipient with a query', 'recipient-mismatch', ({ acsUrl }) => ({ recipient: `${acsUrl}?x` })],
    ['another request', 'in-response-to-mismatch', { inResponseTo: '_other' }],
    ['no request', 'in-response-to-missing', { inResponseTo: undefined }],
    ['holder of key', 'confirmation-missing', { method: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key' }],
    ['sender vouches', 'confirmation-missing', { method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' }],
    ['no method', 'confirmation-missing', { method: undefined }],
    ['no confirmation', 'confirmation-missing', { confirmationXml: '' }],
    [
      'a confirmation without data',
      'confirmation-missing',
      {
        confirmationXml:
          '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"></saml:SubjectConfirmation>',
      },
    ],
    [
      'a confirmation with data twice',
      'confirmation-missing',
      (s) => ({
        confirmationXml: confirmationOf(s, {}).replace(
          /<saml:SubjectConfirmationData.*Data>/,
          (data) => data + data,
        ),
      }),
    ],
    [
      'a confirmation that holds in two halves',
      'in-response-to-mismatch',
      (s) => ({
        confirmationXml:
          confirmationOf(s, { recipient: elsewhere }) + confirmationOf(s, { inResponseTo: '_other' }),
      }),
    ],
    ['no end', 'assertion-malformed', { confirmationEnd: undefined }],
    ['over', 'assertion-expired', { confirmationEnd: at(-2 * minute) }],
    ['not begun', 'assertion-not-yet-valid', { confirmationStart: at(50 * minute) }],
    ['an end without time zone', 'assertion-malformed', { confirmationEnd: at(minute).replace('Z', '') }],
    ['an end that is no date', 'assertion-malformed', { confirmationEnd: 'never' }],
    ['an end that JavaScript takes for one', 'assertion-malformed', { confirmationEnd: '2099' }],
    ['nobody', 'subject-missing', { nameId: undefined }],
    ['nobody by an empty name', 'subject-missing', { nameId: '' }],
    ['nobody by blanks', 'subject-missing', { nameId: ' \n ' }],
    ['no Subject', 'subject-missing', { subjectXml: '' }],
    [
      'a transient name',
      'subject-transient',
      { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
    ],
    [
      'two names',
      'assertion-malformed',
      { nameIdXml: '<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>' },
    ],
    [
      'a name with an element in it',
      'assertion-malformed',
      { nameIdXml: '<saml:NameID>admin<x>@acme.test</x></saml:NameID>' },
    ],
    [
      'two subjects',
      'assertion-malformed',
      (s) => ({
        subjectXml:
          `<saml:Subject><saml:NameID>a</saml:NameID>${confirmationOf(s, {})}</saml:Subject>`.repeat(2),
      }),
    ],
    ['a name in BaseID’s place', 'subject-missing', { nameIdXml: '<saml:BaseID>admin</saml:BaseID>' }],
  ]),
  {
    class: 'subject',
    name: 'a name of 3 000 characters',
    make: (setting) => honest(setting, { nameId: 'a'.repeat(3_000) }),
    expect: () => refused('subject-invalid', { spends: [] }),
  },
  ...statement('assertion', [
    ['another issuer', 'assertion-issuer-mismatch', { issuer: 'https://elsewhere.test' }],
    ['the issuer with a slash', 'assertion-issuer-mismatch', ({ issuer }) => ({ issuer: `${issuer}/` })],
    [
      'the issuer in capitals',
      'assertion-issuer-mismatch',
      ({ issuer }) => ({ issuer: issuer.toUpperCase() }),
    ],
    ['the issuer with a blank', 'assertion-issuer-mismatch', ({ issuer }) => ({ issuer: ` ${issuer}` })],
    ['version 1.1', 'assertion-malformed', { version: '1.1' }],
    ['no version', 'assertion-malformed', { version: undefined }],
    ['issued tomorrow', 'assertion-not-yet-valid', { issueInstant: at(24 * 60 * minute) }],
    [
      'issued two hours ago',
      'assertion-expired',
      { issueInstant: at(-120 * minute), notOnOrAfter: at(120 * minute) },
    ],
    ['issued at no time', 'assertion-malformed', { issueInstant: undefined }],
    ['expired', 'assertion-expired', { notOnOrAfter: at(-2 * minute) }],
    ['not yet valid', 'assertion-not-yet-valid', { notBefore: at(50 * minute) }],
    ['valid from no date', 'assertion-malformed', { notBefore: 'yesterday' }],
    ['nobody authenticated', 'authentication-missing', { authnXml: '' }],
    [
      'authenticated twice',
      'assertion-malformed',
      { authnXml: `<saml:AuthnStatement AuthnInstant="${at(-second)}"></saml:AuthnStatement>`.repeat(2) },
    ],
    ['authenticated at no time', 'assertion-malformed', { authnInstant: undefined }],
    ['authenticated tomorrow', 'assertion-not-yet-valid', { authnInstant: at(24 * 60 * minute) }],
    ['the session is over', 'session-expired', { sessionEnd: at(-2 * minute) }],
    [
      'an attribute without a name',
      'assertion-malformed',
      { moreAttributes: '<saml:Attribute></saml:Attribute>' },
    ],
  ]),
  {
    class: 'assertion',
    name: 'no issuer',
    make: (setting) => {
      const whole = signed(assertion(setting), setting.keys.idp);
      return response(setting, whole.replace(/<saml:Issuer>.*?<\/saml:Issuer>/, ''));
    },
    expect: () => refused('signature-invalid'),
  },
  {
    class: 'assertion',
    name: 'two issuers',
    make: (setting) => {
      const twice = assertion(setting).replace(
        '</saml:Issuer>',
        (end) => `${end}<saml:Issuer>x</saml:Issuer>`,
      );
      return response(
        setting,
        signed(twice, setting.keys.idp).replace(
          /(<ds:Signature .*<\/ds:Signature>)(<saml:Issuer>x<\/saml:Issuer>)<ds:Signature .*<\/ds:Signature>/s,
          '$1$2',
        ),
      );
    },
    expect: () => refused('assertion-malformed'),
  },
  {
    class: 'assertion',
    name: 'a required claim is absent',
    connection: { requiredClaims: { tenant: 'acme' } },
    make: (setting) => honest(setting),
    expect: () => refused('required-claim-missing'),
  },
  {
    class: 'assertion',
    name: 'a required claim is another',
    connection: { requiredClaims: { groups: 'engineering' } },
    make: (setting) => honest(setting),
    expect: () => refused('required-claim-missing'),
  },
  ...around([
    ['another issuer', 'response-issuer-mismatch', { responseIssuer: 'https://elsewhere.test' }],
    ['another destination', 'response-destination-mismatch', { destination: elsewhere }],
    [
      'a destination of another connection',
      'response-destination-mismatch',
      ({ acsUrl }) => ({ destination: acsUrl.replace('/acs', 'x/acs') }),
    ],
    ['an empty destination', 'response-destination-mismatch', { destination: '' }],
    ['version 1.1', 'response-malformed', { responseVersion: '1.1' }],
    ['another request', 'in-response-to-mismatch', { responseInResponseTo: '_other' }],
    ['no request', 'in-response-to-missing', { responseInResponseTo: undefined }],
    [
      'the IdP refuses',
      'response-status',
      {
        status: status(
          'Responder',
          '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"></samlp:StatusCode>',
        ),
      },
    ],
    [
      'success with a second thought',
      'response-status',
      {
        status: status(
          'Success',
          '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:NoPassive"></samlp:StatusCode>',
        ),
      },
    ],
    ['two statuses', 'response-malformed', { status: success + status('Responder') }],
    ['a status without code', 'response-status', { status: '<samlp:Status></samlp:Status>' }],
  ]),
  {
    class: 'response',
    name: 'signed, no destination',
    make: (setting) => honestTwice(setting, { destination: undefined }),
    expect: () => refused('response-destination-missing'),
  },
  {
    class: 'response',
    name: 'two issuers',
    make: (setting) =>
      honest(setting, {
        before: `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${text(setting.issuer)}</saml:Issuer>`,
      }),
    expect: () => refused('response-malformed'),
  },
  {
    class: 'response',
    name: 'no assertion',
    make: (setting) => response(setting, ''),
    expect: () => refused('assertion-missing'),
  },
  {
    class: 'response',
    name: 'NoPassive, without assertion',
    make: (setting) => response(setting, '', { status: status('NoPassive') }),
    expect: () => refused('response-status'),
  },
  {
    class: 'response',
    name: 'a LogoutResponse',
    make: (setting) => honest(setting).replaceAll('samlp:Response', 'samlp:LogoutResponse'),
    expect: () => refused('response-unexpected'),
  },
  {
    class: 'response',
    name: 'an assertion alone',
    make: (setting) => signed(assertion(setting), setting.keys.idp),
    expect: () => refused('response-unexpected'),
  },
  {
    class: 'response',
    name: 'a Response of SAML 1.1',
    make: (setting) => honest(setting).replace('SAML:2.0:protocol', 'SAML:1.0:protocol'),
    expect: () => refused('response-unexpected'),
  },
  {
    class: 'response',
    name: 'an assertion that is said to be encrypted',
    make: (setting) =>
      response(
        setting,
        '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"></saml:EncryptedAssertion>',
      ),
    expect: () =>
      refused(['assertion-encrypted', 'assertion-missing', 'decryption-failed', 'assertion-undecryptable']),
  },
];
