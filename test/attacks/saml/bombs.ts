import { member, refused, type Expectation } from '../verdict.js';
import { honest, samlAttribute } from './message.js';
import type { Posted, SamlCase, SamlSetting } from './saml-case.js';

type Row = readonly [name: string, expected: string | 'in', make: (setting: SamlSetting) => string | Posted];

const doctype =
  (declaration: string, use = '') =>
  (setting: SamlSetting) =>
    `${declaration}${honest(setting).replace('Engineering', `Engineering${use}`)}`;
const laughs = Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
).join('');
const within = (inside: string) => (setting: SamlSetting) =>
  honest(setting).replace('</saml:AttributeStatement>', (end) => inside + end);
const times = (count: number, what: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => what(index)).join('');
const deep = (levels: number) => '<x>'.repeat(levels) + '</x>'.repeat(levels);
const tooMany = 'xml-too-many-elements';

const rows: readonly Row[] = [
  ['a DOCTYPE', 'xml-doctype', doctype('<!DOCTYPE Response>')],
  ['a DOCTYPE after the declaration', 'xml-doctype', doctype('<?xml version="1.0"?><!DOCTYPE x []>')],
  ['a billion laughs', 'xml-doctype', doctype(`<!DOCTYPE x [<!ENTITY l0 "lol">${laughs}]>`, '&l9;')],
  [
    'one long entity many times',
    'xml-doctype',
    doctype(`<!DOCTYPE x [<!ENTITY a "${'a'.repeat(50_000)}">]>`, '&a;'.repeat(5_000)),
  ],
  [
    'an entity of a file',
    'xml-doctype',
    doctype('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', '&f;'),
  ],
  [
    'an entity of the web',
    'xml-doctype',
    doctype('<!DOCTYPE x [<!ENTITY f SYSTEM "http://127.0.0.1:1/">]>', '&f;'),
  ],
  [
    'a parameter entity',
    'xml-doctype',
    doctype('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]>'),
  ],
  ['a DTD elsewhere', 'xml-doctype', doctype('<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">')],
  [
    'an attribute’s default by DTD',
    'xml-doctype',
    doctype('<!DOCTYPE x [<!ATTLIST Assertion ID ID #IMPLIED>]>'),
  ],
  [
    'an XInclude',
    'signature-invalid',
    within('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"></xi:include>'),
  ],
  ['520 KiB', 'response-too-large', within(`<x>${'a'.repeat(520 * 1024)}</x>`)],
  ['600 KiB', 'response-too-large', within(`<x>${'a'.repeat(600 * 1024)}</x>`)],
  ['600 KiB in characters of two bytes', 'response-too-large', within(`<x>${'é'.repeat(300 * 1024)}</x>`)],
  ['2 MB as a form', 'form-too-large', () => ({ encoded: 'A'.repeat(2_000_000) })],
  ['65 levels', 'xml-too-deep', within(deep(65))],
  ['100 000 levels', 'xml-too-deep', within('<x>'.repeat(100_000))],
  [
    '1 001 attributes',
    'xml-too-many-attributes',
    within(times(1_001, (index) => samlAttribute(`a${index}`, ['v']))),
  ],
  [
    '10 001 values',
    'xml-too-many-values',
    within(
      samlAttribute(
        'a',
        Array.from({ length: 10_001 }, () => 'v'),
      ),
    ),
  ],
  [
    '101 XML attributes of one element',
    'xml-too-many-attributes',
    within(`<x ${times(101, (index) => ` a${index}=""`)}></x>`),
  ],
  [
    '50 000 XML attributes of one element',
    'xml-too-many-attributes',
    within(`<x ${times(50_000, (index) => ` a${index}=""`)}></x>`),
  ],
  [
    '12 001 XML attributes in all',
    'xml-too-many-attributes',
    within(
      times(130, (index) =>
        samlAttribute(`a${index}`, []).replace(
          '<saml:Attribute',
          `<saml:Attribute ${times(95, (at) => ` b${at}=""`)}`,
        ),
      ),
    ),
  ],
  ['2 001 elements', tooMany, within('<x></x>'.repeat(2_001))],
  ['101 comments', tooMany, within('<!---->'.repeat(101))],
  ['1 001 sections of CDATA', tooMany, within(`<x>${'<![CDATA[]]>'.repeat(1_001)}</x>`)],
  ['80 000 characters by number', tooMany, within(`<x>${'&#9;'.repeat(80_000)}</x>`)],
  ['300 000 line breaks', tooMany, within(`<x>${'\n'.repeat(300_000)}</x>`)],
  [
    'a namespace of 300 characters',
    'xml-namespace-too-long',
    within(`<x xmlns="urn:${'a'.repeat(300)}"></x>`),
  ],
  [
    '90 namespaces on each of 60 levels',
    'signature-invalid',
    within(
      `${times(50, (level) => `<x${times(90, (index) => ` xmlns:p${level}x${index}="urn:${index}"`)}>`)}${'</x>'.repeat(50)}`,
    ),
  ],
  ['one text of 400 KiB', 'signature-invalid', within(`<x>${'a'.repeat(400 * 1024)}</x>`)],
  [
    '9 000 values',
    'signature-invalid',
    within(
      samlAttribute(
        'a',
        Array.from({ length: 9_000 }, (_, index) => `value ${index}`),
      ),
    ),
  ],
  [
    '9 000 groups that are genuine',
    'in',
    (s) =>
      honest(s, {
        groups: Array.from({ length: 9_000 }, (_, index) => `Team ${index}`).concat('Engineering'),
      }),
  ],
  [
    '990 attributes that are genuine',
    'in',
    (s) => honest(s, { moreAttributes: times(990, (index) => samlAttribute(`attribute ${index}`, ['v'])) }),
  ],
  [
    '60 levels that are genuine',
    'in',
    (s) =>
      honest(s, {
        moreAttributes: `<saml:Attribute Name="deep"><saml:AttributeValue>${deep(58)}</saml:AttributeValue></saml:Attribute>`,
      }),
  ],
];

export const bombs: readonly SamlCase[] = rows.map(([name, expected, make]) => ({
  class: 'bombs',
  name,
  make,
  expect: ({ person }): Expectation => {
    if (expected === 'in') return member(person);
    return refused(expected, expected === 'form-too-large' ? { notBegun: true } : {});
  },
}));
