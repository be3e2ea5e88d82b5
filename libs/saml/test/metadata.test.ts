import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseIdpMetadata, samlMetadata, type SamlErrorCode } from '../src/index.js';
import { parseXml } from '../src/parse-xml.js';
import { elementsWithin } from '../src/xml-element.js';
import { makeSigningKey, type SigningKey } from './identity-provider.js';
import { acsUrl, entityId } from './response-builder.js';
import { codeOf } from './verification.js';

let first: SigningKey;
let second: SigningKey;
beforeAll(async () => {
  [first, second] = await Promise.all([makeSigningKey(), makeSigningKey()]);
});

const md = 'urn:oasis:names:tc:SAML:2.0:metadata';
const redirect = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

const body = (pem: string) => pem.replace(/-----[^-]+-----/g, '').trim();
const key = (pem: string, use?: string) =>
  `<md:KeyDescriptor${use ? ` use="${use}"` : ''}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>\n${pem}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
const service = (binding: string, location: string) =>
  `<md:SingleSignOnService Binding="${binding}" Location="${location}"/>`;
const idp = (inner: string, attributes = '') =>
  `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"${attributes}>${inner}</md:IDPSSODescriptor>`;
const entity = (inner: string, attributes = '') =>
  `<md:EntityDescriptor xmlns:md="${md}" entityID="https://idp.test/entity"${attributes}>${inner}</md:EntityDescriptor>`;
const services = () =>
  service(post, 'https://idp.test/post') + service(redirect, 'https://idp.test/redirect');
const pemOf = ({ certificate }: SigningKey) => new X509Certificate(certificate).toString();

describe('our metadata', () => {
  it('L6: names entity and ACS, and is the same each time', () => {
    const xml = samlMetadata({ entityId, acsUrl });
    expect(samlMetadata({ entityId, acsUrl })).toBe(xml);
    const root = parseXml(xml);
    expect(root).toMatchObject({ uri: md, local: 'EntityDescriptor' });
    expect(root.attributes.get('entityID')).toBe(entityId);
    const [descriptor] = root.children;
    expect(descriptor?.attributes.get('WantAssertionsSigned')).toBe('true');
    expect(descriptor?.attributes.get('AuthnRequestsSigned')).toBe('false');
    const [acs] = elementsWithin(root).filter(({ local }) => local === 'AssertionConsumerService');
    expect(acs?.attributes.get('Location')).toBe(acsUrl);
    expect(acs?.attributes.get('Binding')).toBe(post);
    // metadata §2.4.4: the order of children is fixed.
    expect(descriptor?.children.map(({ local }) => local)).toEqual(['AssertionConsumerService']);
  });

  it('L6: escapes what it names', () => {
    const root = parseXml(samlMetadata({ entityId: 'https://app.test/?a=1&b="<>"', acsUrl }));
    expect(root.attributes.get('entityID')).toBe('https://app.test/?a=1&b="<>"');
  });

  it('L9: publishes the certificate of signed requests', () => {
    const root = parseXml(samlMetadata({ entityId, acsUrl, signing: first }));
    const [certificate] = elementsWithin(root).filter(({ local }) => local === 'X509Certificate');
    expect(new X509Certificate(Buffer.from(certificate?.text ?? '', 'base64')).toString()).toBe(pemOf(first));
    expect(root.children[0]?.attributes.get('AuthnRequestsSigned')).toBe('true');
    expect(samlMetadata({ entityId, acsUrl, signing: first })).not.toContain('PRIVATE');
  });
});

it('L9: our metadata name the address of single logout, for both bindings, in the order of the schema', () => {
  const sloUrl = 'https://app.test/sso/con_1/slo';
  const [descriptor] = parseXml(samlMetadata({ entityId, acsUrl, sloUrl, signing: first })).children;
  expect(descriptor?.children.map(({ local }) => local)).toEqual([
    'KeyDescriptor',
    'SingleLogoutService',
    'SingleLogoutService',
    'AssertionConsumerService',
  ]);
  const services = descriptor?.children.filter(({ local }) => local === 'SingleLogoutService') ?? [];
  expect(services.map(({ attributes }) => Object.fromEntries(attributes))).toEqual([
    { Binding: redirect, Location: sloUrl },
    { Binding: post, Location: sloUrl },
  ]);
});

describe('an IdP’s metadata', () => {
  it('L9: names where logouts go, Redirect before POST', () => {
    const slo = (binding: string, more = '') =>
      `<md:SingleLogoutService Binding="${binding}" Location="https://idp.test/slo/${binding === post ? 'post' : 'redirect'}"${more}/>`;
    const of = (inner: string) =>
      parseIdpMetadata(entity(idp(key(body(first.certificate)) + inner + services())));
    expect(of(slo(post) + slo(redirect, ' ResponseLocation="https://idp.test/done"'))).toMatchObject({
      logoutUrl: 'https://idp.test/slo/redirect',
      logoutBinding: 'redirect',
      logoutResponseUrl: 'https://idp.test/done',
    });
    expect(of(slo(post))).toMatchObject({
      logoutUrl: 'https://idp.test/slo/post',
      logoutBinding: 'post',
    });
    expect(of(slo(`${redirect}-Artifact`))).not.toHaveProperty('logoutUrl');
  });

  it('prefers redirect, and takes every signing certificate once', () => {
    const xml = entity(
      idp(
        key(body(first.certificate), 'signing') +
          key(body(second.certificate)) +
          key(body(first.certificate), 'signing') +
          services(),
        ' WantAuthnRequestsSigned="true"',
      ),
      ' validUntil="2031-01-01T00:00:00Z"',
    );
    expect(parseIdpMetadata(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n${xml}`)).toEqual({
      idpIssuer: 'https://idp.test/entity',
      entryPoint: 'https://idp.test/redirect',
      binding: 'redirect',
      certificates: [pemOf(first), pemOf(second)],
      wantAuthnRequestsSigned: true,
      validUntil: Date.parse('2031-01-01T00:00:00Z'),
    });
  });

  it('takes POST where there is nothing else, and no encryption key', () => {
    const xml = entity(
      idp(
        key(body(second.certificate), 'encryption') +
          key(body(first.certificate)) +
          service(post, 'https://idp.test/post'),
      ),
    );
    expect(parseIdpMetadata(xml)).toMatchObject({
      entryPoint: 'https://idp.test/post',
      binding: 'post',
      certificates: [pemOf(first)],
      wantAuthnRequestsSigned: false,
    });
  });

  it('finds the one IdP of a collection', () => {
    const one = entity(idp(key(body(first.certificate)) + services()));
    const sp = `<md:EntityDescriptor xmlns:md="${md}" entityID="sp"><md:SPSSODescriptor/></md:EntityDescriptor>`;
    const all = (inner: string) => `<md:EntitiesDescriptor xmlns:md="${md}">${inner}</md:EntitiesDescriptor>`;
    expect(parseIdpMetadata(all(sp + one)).idpIssuer).toBe('https://idp.test/entity');
    expect(codeOf(() => parseIdpMetadata(all(one + one)))).toBe('metadata-several-idps');
    expect(codeOf(() => parseIdpMetadata(all(sp)))).toBe('metadata-not-an-idp');
  });

  it.each<readonly [string, () => string, SamlErrorCode]>([
    ['a page', () => '<html><body/></html>', 'metadata-not-an-idp'],
    ['not XML', () => '{}', 'xml-malformed'],
    ['a DOCTYPE', () => '<!DOCTYPE x><x/>', 'xml-doctype'],
    ['too much', () => `<x>${' '.repeat(600_000)}</x>`, 'response-too-large'],
    ['no address', () => entity(idp(key(body(first.certificate)))), 'metadata-endpoint-missing'],
    [
      'SOAP only',
      () => entity(idp(key(body(first.certificate)) + service('soap', 'https://x'))),
      'metadata-endpoint-missing',
    ],
    ['no certificate', () => entity(idp(services())), 'metadata-certificate-missing'],
    ['a broken certificate', () => entity(idp(key('AAAA') + services())), 'metadata-certificate-missing'],
    [
      'SAML 1.1',
      () => entity(idp(services()).replace(':2.0:protocol', ':1.1:protocol')),
      'metadata-not-an-idp',
    ],
    [
      'no entityID',
      () => entity(idp(key(body(first.certificate)) + services())).replace(/ entityID="[^"]*"/, ''),
      'metadata-not-an-idp',
    ],
  ])('refuses %s', (_what, xml, code) => {
    expect(codeOf(() => parseIdpMetadata(xml()))).toBe(code);
  });

  it('of a collection may have more elements than a response', () => {
    const others = `<md:EntityDescriptor entityID="https://sp.test/"/>`.repeat(3_000);
    const xml = `<md:EntitiesDescriptor xmlns:md="${md}">${others}${entity(idp(key(first.certificate) + services()))}</md:EntitiesDescriptor>`;
    expect(parseIdpMetadata(xml).idpIssuer).toBe('https://idp.test/entity');
  });
});
