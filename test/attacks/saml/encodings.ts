import { deflateRawSync } from 'node:zlib';
import { member, refused, type Expectation } from '../verdict.js';
import { honest } from './message.js';
import type { Posted, SamlCase, SamlSetting } from './saml-case.js';

type Row = readonly [name: string, expected: Expectation | 'in', make: (setting: SamlSetting) => Posted];

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const bytes = (make: (xml: string) => Buffer) => (setting: SamlSetting) => ({
  encoded: base64(make(honest(setting))),
});
const recoded = (make: (encoded: string) => string) => (setting: SamlSetting) => ({
  encoded: make(base64(honest(setting))),
});
const declared = (declaration: string) => bytes((xml) => Buffer.from(declaration + xml));
const form = (make: (encoded: string, relayState: string) => string) => (setting: SamlSetting) => ({
  body: make(encodeURIComponent(base64(honest(setting))), encodeURIComponent(setting.relayState)),
});
const notBase64 = refused('response-not-base64');
const notXml = refused('xml-malformed');
const notAForm = refused('form-malformed', { notBegun: true });

const rows: readonly Row[] = [
  ['nothing', refused('response-missing'), () => ({ encoded: '' })],
  ['no field', refused('response-missing'), ({ relayState }) => ({ body: `RelayState=${relayState}` })],
  ['the XML itself', notBase64, (s) => ({ encoded: honest(s) })],
  [
    'base64 without its padding',
    notBase64,
    (s) => ({
      encoded: base64(`${honest(s)}${' '.repeat(3 - ((honest(s).length + 2) % 3))}`).replace(/=+$/, ''),
    }),
  ],
  [
    'base64url',
    notBase64,
    (s) => ({
      encoded: Buffer.from(
        honest(s, {
          moreAttributes:
            '<saml:Attribute Name="x"><saml:AttributeValue>>>>???</saml:AttributeValue></saml:Attribute>'.replace(
              '>>>',
              '&gt;&gt;&gt;',
            ),
        }).concat('<!--þÿþÿ?>?>?>þÿ-->'),
      ).toString('base64url'),
    }),
  ],
  ['base64 with signs in between', notBase64, recoded((text) => text.replace(/.{40}/, '$&*'))],
  ['base64 with NUL in between', notBase64, recoded((text) => text.replace(/.{40}/, '$&\0'))],
  ['base64 after its padding', notBase64, (s) => ({ encoded: `${base64('<x/>')}${base64(honest(s))}` })],
  ['twice base64', notXml, recoded((text) => base64(text))],
  ['deflated, as for a redirect', notXml, bytes((xml) => deflateRawSync(xml))],
  ['base64 in lines', 'in', recoded((text) => (text.match(/.{1,76}/g) ?? []).join('\r\n'))],
  ['UTF-16', notXml, bytes((xml) => Buffer.from(`\ufeff${xml}`, 'utf16le'))],
  ['UTF-16 by its declaration', notXml, declared('<?xml version="1.0" encoding="UTF-16"?>')],
  ['UTF-7 by its declaration', notXml, declared('<?xml version="1.0" encoding="UTF-7"?>')],
  ['Latin-1 by its declaration', notXml, declared('<?xml version="1.0" encoding="ISO-8859-1"?>')],
  ['bytes that are no UTF-8', notXml, bytes((xml) => Buffer.concat([Buffer.from(xml), Buffer.of(0xff)]))],
  [
    'a byte that is no UTF-8 in place of the sign for one, which was signed',
    notXml,
    (s) => ({
      encoded: base64(
        Buffer.from(
          Buffer.from(honest(s, { nameId: `${s.person}\ufffd` }))
            .toString('latin1')
            .replace('\xef\xbf\xbd', '\xff'),
          'latin1',
        ),
      ),
    }),
  ],
  [
    'an overlong form',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('Engineering', '\u0001'), 'latin1').fill(0xc0, 0, 1)),
  ],
  ['UTF-8 with its mark', 'in', bytes((xml) => Buffer.from(`\ufeff${xml}`))],
  ['NUL', notXml, bytes((xml) => Buffer.from(xml.replace('Engineering', 'Engin\0eering')))],
  ['XML 1.1', notXml, declared('<?xml version="1.1"?>')],
  ['a blank before the declaration', notXml, declared(' <?xml version="1.0"?>')],
  ['text after the end', notXml, bytes((xml) => Buffer.from(`${xml}x`))],
  ['text before the beginning', notXml, bytes((xml) => Buffer.from(`x${xml}`))],
  [
    'two roots (CVE-2022-39299, CVE-2022-39353)',
    notXml,
    (s) => ({ xml: honest(s) + honest(s, { nameId: 'evil' }) }),
  ],
  [
    'two roots, the forged first',
    notXml,
    (s) => ({
      xml: honest(s, { nameId: 'evil' }).replace(/<ds:Signature .*<\/ds:Signature>/s, '') + honest(s),
    }),
  ],
  ['cut short', notXml, bytes((xml) => Buffer.from(xml.slice(0, -20)))],
  [
    'a prefix nobody declared',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('<saml:Subject>', '<evil:x></evil:x><saml:Subject>'))),
  ],
  [
    'an attribute twice',
    notXml,
    bytes((xml) => Buffer.from(xml.replace(' Version="2.0"', ' Version="2.0" Version="2.0"'))),
  ],
  [
    'an attribute twice by two prefixes',
    notXml,
    bytes((xml) =>
      Buffer.from(
        xml.replace('<samlp:Response ', '<samlp:Response xmlns:a="urn:a" xmlns:b="urn:a" a:x="1" b:x="2" '),
      ),
    ),
  ],
  [
    'an attribute without quotes',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('Version="2.0"', 'Version=2.0'))),
  ],
  [
    'a < in an attribute (CVE-2021-32796)',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('Version="2.0"', 'Version="2.0" x="<"'))),
  ],
  [
    'an end of CDATA in text',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('Engineering', 'Engineering]]>'))),
  ],
  [
    'CDATA that does not end',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('Engineering', '<![CDATA[Engineering'))),
  ],
  [
    'a comment that does not end',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('Engineering', '<!--Engineering'))),
  ],
  [
    'a comment of three dashes',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('Engineering', '<!-- -- -->Engineering'))),
  ],
  [
    'the prefix xml bound anew',
    notXml,
    bytes((xml) => Buffer.from(xml.replace('<samlp:Response ', '<samlp:Response xmlns:xml="urn:x" '))),
  ],
  ['HTML', notXml, () => ({ xml: '<!-- --><html><br></html>' })],
  ['JSON', notXml, () => ({ xml: '{"SAMLResponse":{}}' })],
  [
    'the field twice',
    notAForm,
    form((encoded, relay) => `SAMLResponse=${encoded}&SAMLResponse=${encoded}&RelayState=${relay}`),
  ],
  [
    'RelayState twice',
    notAForm,
    form((encoded, relay) => `SAMLResponse=${encoded}&RelayState=${relay}&RelayState=${relay}`),
  ],
  [
    'the field as a list',
    refused('response-missing'),
    form((encoded, relay) => `SAMLResponse[]=${encoded}&RelayState=${relay}`),
  ],
  [
    'the field by a prototype',
    refused('response-missing'),
    form((encoded, relay) => `__proto__[SAMLResponse]=${encoded}&RelayState=${relay}`),
  ],
  [
    'a form as JSON',
    notAForm,
    (s) => ({
      body: JSON.stringify({ SAMLResponse: base64(honest(s)), RelayState: s.relayState }),
      contentType: 'application/json',
    }),
  ],
  [
    'a form in parts',
    notAForm,
    (s) => ({
      body: `--x\r\ncontent-disposition: form-data; name="SAMLResponse"\r\n\r\n${base64(honest(s))}\r\n--x--`,
      contentType: 'multipart/form-data; boundary=x',
    }),
  ],
  [
    'a form of no type',
    notAForm,
    (s) => ({ body: `SAMLResponse=${encodeURIComponent(base64(honest(s)))}`, contentType: '' }),
  ],
  [
    'a form in another character set',
    'in',
    (s) => ({
      body: new URLSearchParams({ SAMLResponse: base64(honest(s)), RelayState: s.relayState }).toString(),
      contentType: 'application/x-www-form-urlencoded; charset=utf-7',
    }),
  ],
];

export const encodings: readonly SamlCase[] = rows.map(([name, expected, make]) => ({
  class: 'encodings',
  name,
  make,
  expect: ({ person }) => (expected === 'in' ? member(person) : expected),
}));
