import { sign as rawSign } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { makeSigningKey, sign } from './identity-provider.js';
import { assertionXml, responseXml } from './response-builder.js';
import { parseXml } from '../src/parse-xml.js';
import { readResponse } from '../src/response-document.js';
import { signedParts } from '../src/signed-parts.js';
import { codeOf, makeBench, type Bench } from './verification.js';

let bench: Bench;
let goodAssertion: string;
let goodResponse: string;
/** Of the same shape and unsigned, naming somebody else. */
const evil = { assertionId: '_evil-assertion', responseId: '_evil-response', nameId: 'admin' };
const evilAssertion = assertionXml(evil);
const evilResponse = responseXml(evil);

beforeAll(async () => {
  bench = await makeBench();
  goodAssertion = sign(assertionXml(), 'Assertion', bench.key);
  goodResponse = bench.signedTwice();
});

/** The first: the Response's own, where it has one. */
const signatureOf = (xml: string): string => /<ds:Signature .*?<\/ds:Signature>/s.exec(xml)?.[0] ?? '';
const withoutSignature = (xml: string): string => xml.replace(signatureOf(xml), '');
/** Puts XML right after the first Issuer of another. */
const afterIssuer = (xml: string, insert: string): string =>
  xml.replace('</saml:Issuer>', `</saml:Issuer>${insert}`);
const beforeEnd = (xml: string, insert: string): string => xml.replace(/<\/[^<>]*>$/, (end) => insert + end);
const beforeSignatureEnd = (xml: string, insert: string): string =>
  xml.replace('</ds:Signature>', `${insert}</ds:Signature>`);
const extensions = (xml: string): string => `<samlp:Extensions>${xml}</samlp:Extensions>`;
const object = (xml: string): string => `<ds:Object>${xml}</ds:Object>`;

const swap = (assertion: string) => goodResponse.replace(/<saml:Assertion.*<\/saml:Assertion>/s, assertion);

/** Numbered as in Somorovsky et al., "On Breaking SAML" (2012). */
const attacks: readonly (readonly [string, () => string])[] = [
  [
    'XSW1: the signed Response inside its own signature, on a forged one',
    () =>
      afterIssuer(evilResponse, beforeEnd(signatureOf(goodResponse), object(withoutSignature(goodResponse)))),
  ],
  [
    'XSW2: the signed Response beside its detached signature, in a forged one',
    () => afterIssuer(evilResponse, withoutSignature(goodResponse) + signatureOf(goodResponse)),
  ],
  ['XSW3: a forged assertion before the signed one', () => responseXml({}, evilAssertion + goodAssertion)],
  ['XSW3b: a forged assertion after the signed one', () => responseXml({}, goodAssertion + evilAssertion)],
  [
    'XSW4: the signed assertion inside a forged one',
    () => responseXml({}, beforeEnd(evilAssertion, goodAssertion)),
  ],
  [
    'XSW5: the signature on a forged assertion, what it signed at the end',
    () =>
      responseXml(
        {},
        afterIssuer(evilAssertion, signatureOf(goodAssertion)) + withoutSignature(goodAssertion),
      ),
  ],
  [
    'XSW6: the signed assertion inside the signature on a forged one',
    () =>
      responseXml(
        {},
        afterIssuer(evilAssertion, beforeEnd(signatureOf(goodAssertion), withoutSignature(goodAssertion))),
      ),
  ],
  [
    'XSW7: a forged assertion in Extensions',
    () => responseXml({ before: extensions(evilAssertion) }, goodAssertion),
  ],
  [
    'XSW7b: the signed assertion in Extensions',
    () => responseXml({ before: extensions(goodAssertion) }, evilAssertion),
  ],
  [
    'XSW8: the signed assertion in an Object of the signature on a forged one',
    () =>
      responseXml(
        {},
        afterIssuer(
          evilAssertion,
          beforeEnd(signatureOf(goodAssertion), object(withoutSignature(goodAssertion))),
        ),
      ),
  ],
  [
    'the signed Response as child of a forged one',
    () => responseXml({ ...evil, after: goodResponse }, evilAssertion),
  ],
  [
    'two elements of the same ID',
    () =>
      responseXml(
        {},
        afterIssuer(assertionXml({ ...evil, assertionId: '_assertion-1' }), signatureOf(goodAssertion)) +
          extensions(withoutSignature(goodAssertion)),
      ),
  ],
  [
    'an ID of another spelling',
    () => afterIssuer(responseXml({ responseId: '_x' }, goodAssertion), '<x Id="_assertion-1"/>'),
  ],
  [
    'the signature of another assertion, moved',
    () => responseXml({}, afterIssuer(evilAssertion, signatureOf(goodAssertion))),
  ],
  [
    'the signature of another assertion, its reference pointed here',
    () =>
      responseXml(
        {},
        afterIssuer(evilAssertion, signatureOf(goodAssertion).replace('#_assertion-1', '#_evil-assertion')),
      ),
  ],
  ['an empty reference', () => responseXml({}, goodAssertion.replace('URI="#_assertion-1"', 'URI=""'))],
  [
    'the assertion signed by its signature moved to the Response',
    () => afterIssuer(responseXml({}, evilAssertion), signatureOf(goodAssertion)),
  ],
  [
    'a second reference',
    () =>
      responseXml(
        {},
        goodAssertion.replace(/<ds:Reference.*<\/ds:Reference>/s, (reference) => reference + reference),
      ),
  ],
  [
    'a second SignedInfo',
    () =>
      responseXml(
        {},
        goodAssertion.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/s, (signedInfo) => signedInfo + signedInfo),
      ),
  ],
  [
    'a second signature on the assertion',
    () => responseXml({}, afterIssuer(goodAssertion, signatureOf(goodAssertion))),
  ],
  [
    'a digest with a comment in it',
    () => responseXml({}, goodAssertion.replace(/<ds:DigestValue>/, '<ds:DigestValue><!--x-->')),
  ],
  [
    'an assertion of no namespace beside the signed one',
    () => responseXml({ before: '<Assertion ID="_none" xmlns=""/>' }, goodAssertion),
  ],
];

const genuineProcess = ExclusiveCanonicalization.prototype.process;
afterEach(() => vi.restoreAllMocks());

describe('signature wrapping', () => {
  it.each(attacks)('L2: %s is refused', (_name, forge) => {
    const xml = forge();
    expect(xml).not.toBe(responseXml({}, goodAssertion));
    expect(bench.refusal(xml)).toMatch(
      /^(assertion-not-alone|signature-malformed|signature-invalid|response-malformed|signature-missing|assertion-unsigned)$/,
    );
  });

  it('L2: what the attacks are made of is good by itself', () => {
    expect(bench.refusal(responseXml({}, goodAssertion))).toBe('accepted');
    expect(bench.refusal(goodResponse)).toBe('accepted');
  });

  it('L2: a signed Response is of the assertion it was signed with', () => {
    const another = sign(assertionXml({ nameId: 'admin' }), 'Assertion', bench.key);
    expect(bench.refusal(swap(evilAssertion))).toBe('assertion-unsigned');
    expect(bench.refusal(responseXml({}, another))).toBe('accepted');
    expect(bench.refusal(swap(another))).toBe('signature-invalid');
  });

  it('L2: a valid signature of another shape than SAML’s is refused', () => {
    const subject = "//*[local-name(.)='Subject']";
    const twoReferences = sign(responseXml(), 'Assertion', bench.key, { alsoSign: subject });
    const ofTheParent = sign(responseXml(), 'Response', bench.key, { placedIn: 'Assertion' });
    const withObject = responseXml({}, beforeSignatureEnd(goodAssertion, object('x')));
    const withKeyAndObject = responseXml(
      {},
      beforeSignatureEnd(goodAssertion, `<ds:KeyInfo/>${object('x')}`),
    );
    const besideAnother = responseXml(
      { before: extensions('<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>') },
      goodAssertion,
    );
    const twice = responseXml({}, afterIssuer(goodAssertion, signatureOf(goodAssertion)));
    for (const xml of [twoReferences, ofTheParent, withObject, withKeyAndObject, besideAnother, twice])
      expect(bench.refusal(xml)).toBe('signature-malformed');
  });

  it('L2: what is read is what was signed, whatever the message was taken for', () => {
    const xml = bench.signedTwice();
    const document = readResponse(parseXml(xml));
    const certificates = bench.settings.certificates;
    expect(signedParts(xml, document, certificates).assertion.attributes.get('ID')).toBe('_assertion-1');
    for (const part of ['assertion', 'response'] as const) {
      const other = { ...document[part], attributes: new Map([['ID', '_other']]) };
      expect(codeOf(() => signedParts(xml, { ...document, [part]: other }, certificates))).toBe(
        'signature-malformed',
      );
    }
  });

  it('L2: nor is a genuine signature good for an element of another ID than it names', () => {
    const signed = sign(assertionXml({ assertionId: '_shown-1' }), 'Assertion', bench.key);
    const bytes = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s
      .exec(signed)![0]
      .replace('#_shown-1', '#_other-1')
      .replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">')
      .replace(/<(ds:[A-Za-z]+)([^<>]*?)\s*\/>/g, '<$1$2></$1>');
    const value = rawSign('sha256', Buffer.from(bytes), bench.key.privateKey).toString('base64');
    const xml = responseXml(
      {},
      signed.replace('#_shown-1', '#_other-1').replace(/(<ds:SignatureValue>)[^<]*/, `$1${value}`),
    );
    expect(bench.refusal(xml)).toBe('signature-malformed');
    const document = readResponse(parseXml(xml.replace('ID="_shown-1"', 'ID="_other-1"')));
    const read = () => signedParts(xml, document, bench.settings.certificates);
    expect(read).toThrow(expect.objectContaining({ cause: expect.stringContaining('not the elements') }));
  });

  it('L2: what the verified bytes say counts, whatever SignedInfo the message shows', async () => {
    const genuine = bench.signed();
    const process = vi.spyOn(ExclusiveCanonicalization.prototype, 'process');
    bench.verify(genuine);
    const bytes = process.mock.results[0]?.value as string;
    expect(bytes).toContain('<ds:SignedInfo');

    const forged = sign(assertionXml({ nameId: 'admin' }), 'Assertion', await makeSigningKey());
    const value = /<ds:SignatureValue>[^<]*/.exec(genuine)![0];
    const xml = responseXml({}, forged.replace(/<ds:SignatureValue>[^<]*/, value));
    process.mockRestore();
    // As if the parsers disagreed on where SignedInfo is: the digest shown fits the forgery, the value fits the bytes.
    vi.spyOn(ExclusiveCanonicalization.prototype, 'process').mockImplementation(function (element, options) {
      return (element as Element).localName === 'SignedInfo'
        ? bytes
        : genuineProcess.call(new ExclusiveCanonicalization(), element, options);
    });
    expect(bench.refusal(xml)).toBe('signature-invalid');
  });

  it('L2: a comment in the NameID truncates nothing', () => {
    const xml = bench.signed({ nameIdXml: '<saml:NameID>admin@acme.test<!-- -->.evil.test</saml:NameID>' });
    expect(bench.verify(xml).subject).toBe('admin@acme.test.evil.test');
    // Added later, by a man in the middle: comments are not signed, and change nothing either.
    const later = bench
      .signed({ nameId: 'admin@acme.test.evil.test' })
      .replace('acme.test.', 'acme.test<!-- -->.');
    expect(bench.verify(later).subject).toBe('admin@acme.test.evil.test');
  });

  it('L2: CDATA in the NameID truncates nothing', () => {
    const xml = bench.signed({
      nameIdXml: '<saml:NameID>admin<![CDATA[@acme.test]]>.evil.test</saml:NameID>',
    });
    expect(bench.verify(xml).subject).toBe('admin@acme.test.evil.test');
  });
});
