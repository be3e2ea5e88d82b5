import * as fc from 'fast-check';
import { DOMParser } from '@xmldom/xmldom';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { decodeMessage } from '../src/decode-message.js';
import { parseXml } from '../src/parse-xml.js';
import { verifyResponse } from '../src/index.js';
import { encode, makeSigningKey, sign } from './identity-provider.js';
import { assertionXml, now, requestId, responseXml } from './response-builder.js';
import { codeOf, makeBench, type Bench } from './verification.js';

let bench: Bench;
const strangersKey = makeSigningKey();
beforeAll(async () => {
  bench = await makeBench();
});

const decoded = (encoded: unknown) => codeOf(() => decodeMessage(encoded));
const parsed = (xml: string) => codeOf(() => parseXml(xml));
const bytes = (...values: number[]) => Buffer.from(values).toString('base64');

const nested = (depth: number) => '<x>'.repeat(depth) + '</x>'.repeat(depth);
const attributes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index}`, values: [''] }));
const values = (length: number) => [{ name: 'n', values: Array.from({ length }, () => 'v') }];
const lean = (length: number) =>
  `<saml:Attribute Name="n">${'<saml:AttributeValue/>'.repeat(length)}</saml:Attribute>`;
const verify = (encoded: string) => codeOf(() => verifyResponse(encoded, bench.settings, { requestId }, now));

const many = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => each(index)).join('');
const valueElement = (attribute: string) => `<saml:AttributeValue${attribute}/>`;
const stuffed = (xml: string, inner: string) =>
  xml.replace('<saml:Subject>', `<x>${inner}</x><saml:Subject>`);

describe('the form field', () => {
  it.each([undefined, null, 7, '', ['PHg+'], { toString: () => 'PHg+' }])(
    'L2: %j is no response',
    (value) => {
      expect(decoded(value)).toBe('response-missing');
    },
  );

  it.each([
    'PHgvPg',
    'PHgvPg=',
    'PHgvPg===',
    'PHg vPg==!',
    'PHgvPg==PHgvPg==',
    'PHgvPh==',
    'PHgv_g==',
    '====',
    '   ',
  ])('L2: `%s` is not base64', (text) => {
    expect(decoded(text)).toBe('response-not-base64');
  });

  it('L2: base64 in lines is base64', () => {
    const text = encode(responseXml()).replace(/.{76}/g, '$&\r\n');
    expect(decodeMessage(text)).toBe(responseXml());
  });

  it('L2: over 512 KiB is refused, with and without decoding', () => {
    expect(decoded(Buffer.alloc(512 * 1024, 0x20).toString('base64'))).toBe('accepted');
    expect(decoded(Buffer.alloc(512 * 1024 + 1, 0x20).toString('base64'))).toBe('response-too-large');
    expect(decoded('A'.repeat(10_000_000))).toBe('response-too-large');
    expect(decoded(' '.repeat(10_000_000))).toBe('response-too-large');
  });

  it('L2: only UTF-8', () => {
    expect(decoded(bytes(0x3c, 0xff, 0x3e))).toBe('xml-malformed');
    expect(decoded(Buffer.from('\uFEFF<x/>', 'utf16le').toString('base64'))).toBe('xml-malformed');
    expect(decodeMessage(Buffer.from('\uFEFF<x/>', 'utf8').toString('base64'))).toBe('<x/>');
  });
});

describe('the XML', () => {
  it.each([
    '',
    'x',
    '<x>',
    '<x></y>',
    '<x/><y/>',
    '<x a="1" a="2"/>',
    '<x a=1/>',
    '<x>&nbsp;</x>',
    '<x>&#0;</x>',
    '<x>\u0000</x>',
    '<p:x/>',
    '<x xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"/>',
    '<?xml version="1.1"?><x/>',
    '<?xml version="1.0" encoding="utf-7"?><x/>',
    '<?xml version="1.0" encoding="UTF-16"?><x/>',
  ])('L2: `%s` is refused', (xml) => {
    expect(parsed(xml)).toBe('xml-malformed');
  });

  it('L2: a DOCTYPE is refused, with entities or without', () => {
    expect(parsed('<!DOCTYPE x><x/>')).toBe('xml-doctype');
    expect(parsed('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')).toBe('xml-doctype');
    expect(parsed('<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>')).toBe('xml-doctype');
    expect(bench.refusal(`<!DOCTYPE x>${bench.signed()}`)).toBe('xml-doctype');
  });

  it('L2: a processing instruction is refused wherever it stands', () => {
    expect(parsed('<?php x?><x/>')).toBe('xml-processing-instruction');
    expect(parsed('<x>a<?b c?>d</x>')).toBe('xml-processing-instruction');
    expect(bench.refusal(bench.signed().replace('>a1b2c3<', '>a1b2c3<?x y?><'))).toBe(
      'xml-processing-instruction',
    );
  });

  it('L2: deeper than 64 is refused', () => {
    expect(parsed(nested(64))).toBe('accepted');
    expect(parsed(nested(65))).toBe('xml-too-deep');
    expect(parsed('<x>'.repeat(100_000))).toBe('xml-too-deep');
    expect(bench.refusal(responseXml({ before: nested(64) }))).toBe('xml-too-deep');
  });

  it('L2: over 1 000 attributes or 10 000 values is refused', () => {
    expect(parsed(responseXml({ attributes: attributes(1_000) }))).toBe('accepted');
    expect(parsed(responseXml({ attributes: attributes(1_001) }))).toBe('xml-too-many-attributes');
    expect(parsed(responseXml({ attributesXml: lean(9_999) }))).toBe('accepted');
    expect(parsed(responseXml({ attributesXml: lean(10_000) }))).toBe('xml-too-many-values');
    expect(bench.refusal(bench.signed({ attributes: values(100) }))).toBe('accepted');
  });

  it('L2: many XML attributes, elements or a long namespace are refused', () => {
    const names = Array.from({ length: 101 }, (_, index) => ` a${index}=""`);
    expect(parsed(`<x${names.slice(1).join('')}/>`)).toBe('accepted');
    expect(parsed(`<x${names.join('')}/>`)).toBe('xml-too-many-attributes');
    expect(parsed(`<x>${`<y${names.slice(1).join('')}/>`.repeat(120)}</x>`)).toBe('accepted');
    expect(parsed(`<x a="">${`<y${names.slice(1).join('')}/>`.repeat(120)}</x>`)).toBe(
      'xml-too-many-attributes',
    );
    expect(parsed(`<x>${'<y/>'.repeat(1_999)}</x>`)).toBe('accepted');
    expect(parsed(`<x>${'<y/>'.repeat(2_000)}</x>`)).toBe('xml-too-many-elements');
    expect(parsed(responseXml({ attributesXml: `<x>${'<y/>'.repeat(2_000)}</x>` }))).toBe(
      'xml-too-many-elements',
    );
    expect(parsed(`<x xmlns:p="${'u'.repeat(257)}"/>`)).toBe('xml-namespace-too-long');
    expect(parsed(`<x xmlns="${'u'.repeat(257)}"/>`)).toBe('xml-namespace-too-long');
  });

  it('L2: many comments or CDATA sections are refused', () => {
    expect(parsed(`<x>${'<!---->'.repeat(100)}</x>`)).toBe('accepted');
    expect(parsed(`<x>${'<!---->'.repeat(101)}</x>`)).toBe('xml-too-many-elements');
    expect(parsed(`<x>${'<![CDATA[]]>'.repeat(1_000)}</x>`)).toBe('accepted');
    expect(parsed(`<x>${'<![CDATA[]]>'.repeat(1_001)}</x>`)).toBe('xml-too-many-elements');
  });

  it('L2: many references, or line breaks and the like, are refused', () => {
    for (const [dear, count] of [
      ['&lt;', 40_000],
      ['\n', 160_000],
      ['\t', 160_000],
      [']', 160_000],
      ['-', 160_000],
    ] as const) {
      expect(parsed(`<x>${dear.repeat(count)}</x>`)).toBe('accepted');
      expect(parsed(`<x>${dear.repeat(count + 1)}</x>`)).toBe('xml-too-many-elements');
    }
  });

  it('L2: text is whole across comments and CDATA', () => {
    expect(parseXml('<x>a<!-- -->b<![CDATA[<c>]]>&amp;<y>no</y>d</x>').text).toBe('ab<c>&d');
  });

  it('L2: names of an object prototype are ordinary', () => {
    const root = parseXml('<x __proto__="a" constructor="b"><__proto__>c</__proto__></x>');
    expect([...root.attributes]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(root.children[0]).toMatchObject({ local: '__proto__', text: 'c' });
  });
});

describe('a message of somebody without a key', () => {
  const declared = (depth: number) => many(90, (index) => ` xmlns:n${depth}_${index}="u${depth}_${index}"`);
  const shapes: [string, string][] = [
    ['elements', '<y>x</y>\n'.repeat(1_950)],
    ['elements with attributes', '<y a="" b="" c="" d="" e="" f=""/>'.repeat(1_950)],
    ['depth', ('<y>'.repeat(58) + '</y>'.repeat(58)).repeat(33)],
    ['attributes', `<y${many(99, (index) => ` a${index}=""`)}/>`.repeat(120)],
    ['values', valueElement('').repeat(9_990)],
    ['values with attributes', valueElement(' a=""').repeat(9_990)],
    [
      'namespaces',
      many(50, (depth) => `<y${declared(depth)}>`) +
        many(1_800, (index) => `<n0_${index % 90}:y/>`) +
        '</y>'.repeat(50),
    ],
    ['text', 'x'.repeat(500_000)],
    ['references', '&gt;'.repeat(39_000)],
    ['line breaks', `<y a="${'\n'.repeat(158_000)}"/>`],
    ['comments', '<!---->'.repeat(100)],
    ['CDATA', '<![CDATA[]]>'.repeat(1_000)],
  ];
  afterEach(() => vi.restoreAllMocks());

  it.each(shapes)('L2: with the most %s is not canonicalised, nor made into a DOM', async (_what, inner) => {
    const stranger = await strangersKey;
    const once = sign(assertionXml(), 'Assertion', stranger);
    const xml = stuffed(sign(responseXml({}, once), 'Response', stranger), inner);
    const parse = vi.spyOn(DOMParser.prototype, 'parseFromString');
    const canonicalise = vi.spyOn(ExclusiveCanonicalization.prototype, 'process');
    const started = process.cpuUsage();
    expect(bench.refusal(xml)).toBe('signature-invalid');
    expect(process.cpuUsage(started).user).toBeLessThan(500_000);
    expect(parse.mock.calls.map(([text]) => text.length).every((length) => length < 3_000)).toBe(true);
    expect(parse).toHaveBeenCalledOnce();
    expect(canonicalise.mock.calls.map(([element]) => (element as Element).localName)).toEqual([
      'SignedInfo',
    ]);
  });

  it('L2: costs no more for one genuine signature of two', () => {
    const wholly = bench.signedTwice();
    const parse = vi.spyOn(DOMParser.prototype, 'parseFromString');
    const forged = wholly.replace(/(<saml:Assertion.*<ds:SignatureValue>)[^<]*/s, '$1AAAA');
    expect(bench.refusal(forged)).toBe('signature-invalid');
    expect(parse.mock.calls.every(([text]) => text.length < 3_000)).toBe(true);
  });

  it.each(shapes)(
    'L2: with the most %s and the signature of another message costs little',
    (_what, inner) => {
      const started = process.cpuUsage();
      expect(bench.refusal(stuffed(bench.signedTwice(), inner))).toMatch(/^(signature-invalid|accepted)$/);
      expect(process.cpuUsage(started).user).toBeLessThan(1_500_000);
    },
  );

  it('L2: a signature of more than any IdP makes is refused', () => {
    const xml = bench.signed();
    const blanks = (count: number) => xml.replace('<ds:SignedInfo>', `<ds:SignedInfo>${' '.repeat(count)}`);
    expect(bench.refusal(blanks(15_000))).toBe('signature-invalid');
    expect(bench.refusal(blanks(16_384))).toBe('signature-malformed');
    expect(bench.refusal(xml.replace('</ds:SignatureValue>', `${'A'.repeat(4_096)}$&`))).toBe(
      'signature-malformed',
    );
  });
});

describe('anything at all', () => {
  it('L2: is refused with a code, never with another error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => verify(text) !== 'accepted'),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => verify(encode(text)) !== 'accepted'),
      { numRuns: 200 },
    );
  });

  it('L2: one character changed is refused, or changes nothing', () => {
    const xml = bench.signed();
    const { replayKey, ...good } = bench.verify(xml);
    const change = fc.tuple(
      fc.nat(xml.length - 1),
      fc.constantFrom('', 'x', '<', '>', '"', '&', '/', ' ', '<!---->'),
    );
    fc.assert(
      fc.property(change, ([index, insert]) => {
        for (const changed of [
          xml.slice(0, index) + insert + xml.slice(index + 1),
          xml.slice(0, index) + insert + xml.slice(index),
        ]) {
          if (bench.refusal(changed) !== 'accepted') continue;
          const { replayKey: key, ...found } = bench.verify(changed);
          expect(found).toEqual(good);
          expect(key).toEqual(replayKey);
        }
      }),
      { numRuns: 150 },
    );
  });
});
