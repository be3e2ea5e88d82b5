import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { objectId, startSimulator } from '../src/index.js';
import type { Personality, Simulator } from '../src/index.js';
import { acsUrl, attributesOf, entityId, serviceProvider, xmlOf } from './service-provider.js';

const groupsUri = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
const emailUri = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';
const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

const authnRequest = (attributes = '', inside = '', issuer = entityId) =>
  `<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" ${attributes}>` +
  `<a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</a:Issuer>${inside}</p:AuthnRequest>`;

const policy = (format: string) => authnRequest('', `<p:NameIDPolicy Format="${format}"/>`);

describe('SAML', () => {
  let simulator: Simulator;
  let app: ReturnType<typeof serviceProvider>;

  beforeAll(async () => {
    simulator = await startSimulator({ log: false });
    app = serviceProvider(simulator);
  });
  afterAll(() => simulator.close());
  beforeEach(() => {
    simulator.personality = 'array';
    simulator.people.edit('alice', { groups: ['Engineering'] });
  });

  const request = (xml: string) =>
    `${simulator.saml.entryPoint}?${new URLSearchParams({ SAMLRequest: deflateRawSync(xml).toString('base64') })}`;
  it('answers a Redirect with a Response whose assertion is signed by RSA-SHA256', async () => {
    const url = await app.loginUrl('to-the-page');
    const answer = await simulator.answerSaml(url, 'alice');
    expect(answer).toMatchObject({ action: acsUrl, RelayState: 'to-the-page' });
    expect(xmlOf(answer)).toContain('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256');
    expect(xmlOf(answer)).not.toContain('sha1');
    const profile = await app.verify(answer);
    expect(profile).toMatchObject({
      nameIDFormat: persistent,
      nameID: simulator.people.get('alice').subject,
    });
    expect(attributesOf(profile)).toMatchObject({ email: 'alice@acme.test', groups: 'Engineering' });
  });

  it('answers a POST likewise', async () => {
    const poster = serviceProvider(simulator, {
      authnRequestBinding: 'HTTP-POST',
      skipRequestCompression: true,
    });
    const form = await poster.saml.getAuthorizeFormAsync('');
    const [, SAMLRequest = ''] = /name="SAMLRequest" value="([^"]+)"/.exec(form) ?? [];
    const answer = await simulator.answerSaml({ SAMLRequest, RelayState: 'r' }, 'bob');
    expect(answer.RelayState).toBe('r');
    expect(attributesOf(await poster.verify(answer))).toMatchObject({ groups: 'Finance' });
  });

  it('signs response and assertion where told to', async () => {
    const both = await startSimulator({ log: false, signed: 'both' });
    try {
      const strict = serviceProvider(both, { wantAuthnResponseSigned: true });
      expect((await strict.signIn('alice')).nameID).toBe(both.people.get('alice').subject);
    } finally {
      await both.close();
    }
  });

  it('is refused by a service provider once a byte is changed', async () => {
    const answer = await simulator.answerSaml(await app.loginUrl(), 'alice');
    const forged = xmlOf(answer).replace('>Engineering<', '>Finance<');
    const SAMLResponse = Buffer.from(forged).toString('base64');
    await expect(app.verify({ ...answer, SAMLResponse })).rejects.toThrow(/signature/i);
  });

  it('keeps every character of a value: markup, quotes, white space', async () => {
    const groups = ['R&D <b>"x"</b> \'y\'', ' spaced\tand\nbroken\r ', ']]>', 'Ünïcode 🦊'];
    simulator.people.edit('alice', { groups });
    expect(attributesOf(await app.signIn('alice')).groups).toEqual(groups);
  });

  it.each<[Personality, string, Record<string, string | string[]>, string[]]>([
    ['single-string', 'alice', { groups: 'Engineering' }, []],
    ['single-string', 'carol', {}, ['groups']],
    ['absent-when-none', 'carol', {}, ['groups']],
    [
      'uri-names',
      'alice',
      { [groupsUri]: 'Engineering', [emailUri]: 'alice@acme.test' },
      ['groups', 'email'],
    ],
    ['joined', 'frank', { groups: 'Sales;Finance' }, []],
    ['guids', 'alice', { groups: objectId('Engineering') }, []],
    ['entra', 'frank', { [groupsUri]: ['Sales', 'Finance'].map(objectId) }, ['groups']],
    ['friendly-names', 'alice', { 'urn:oid:1.3.6.1.4.1.5923.1.5.1.1': 'Engineering' }, ['groups']],
    ['keycloak-paths', 'alice', { groups: '/Engineering' }, []],
    [
      'overage',
      'alice',
      { 'http://schemas.microsoft.com/claims/groups.link': expect.any(String) },
      [groupsUri],
    ],
    [
      'overage-hasgroups',
      'alice',
      { 'http://schemas.microsoft.com/claims/groups.link': expect.any(String) },
      [groupsUri],
    ],
    ['array', 'dana', { department: 'Design' }, []],
  ])('M2, M3, M9: %s sends %s as it should', async (personality, login, present, absent) => {
    simulator.personality = personality;
    const attributes = attributesOf(await app.signIn(login));
    expect(attributes).toMatchObject(present);
    for (const name of absent) expect(attributes).not.toHaveProperty([name]);
  });

  it('M9: an array of no groups is an attribute without values, not an absent one', async () => {
    const answer = await simulator.answerSaml(await app.loginUrl(), 'carol');
    expect(xmlOf(answer)).toMatch(/<saml:Attribute Name="groups"[^>]*\/>/);
    await app.verify(answer);
  });

  it('M2: friendly-names gives the FriendlyName', async () => {
    simulator.personality = 'friendly-names';
    const answer = await simulator.answerSaml(await app.loginUrl(), 'alice');
    expect(xmlOf(answer)).toContain('FriendlyName="groups"');
  });

  it('refuses an unknown service provider and a foreign ACS URL, and posts nowhere', async () => {
    const unknown = request(authnRequest('', '', 'http://evil.test/metadata'));
    const elsewhere = request(authnRequest('AssertionConsumerServiceURL="http://evil.test/acs"'));
    for (const [url, code] of [
      [unknown, 'service-provider-unknown'],
      [elsewhere, 'acs-unknown'],
    ] as const) {
      await expect(simulator.answerSaml(url, 'alice')).rejects.toMatchObject({ code: 'answer-refused' });
      const response = await fetch(url, { headers: { accept: 'text/html' }, redirect: 'manual' });
      const page = await response.text();
      expect(response.status).toBe(403);
      expect(page).toContain(code);
      expect(page).not.toContain('<form');
    }
  });

  it.each([
    ['a DOCTYPE', () => `<!DOCTYPE x [<!ENTITY e "e">]>${authnRequest()}`],
    ['no Issuer', () => authnRequest('', '', '')],
    ['broken XML', () => '<p:AuthnRequest'],
    ['another message', () => authnRequest().replaceAll('AuthnRequest', 'LogoutRequest')],
    ['another Destination', () => authnRequest('Destination="http://elsewhere.test/sso"')],
    [
      'another answer binding',
      () => authnRequest('ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"'),
    ],
    ['a decompression bomb', () => authnRequest('', ' '.repeat(10_000_000))],
  ])('refuses a request with %s', async (_what, xml) => {
    const response = await fetch(request(xml()), {
      headers: { accept: 'application/json' },
      redirect: 'manual',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'authn-request-invalid' });
  });

  it('refuses no request, and one that is not base64', async () => {
    for (const query of ['', '?SAMLRequest=%3Cxml%3E', '?SAMLRequest=AAAA', '?SAMLRequest=a&SAMLRequest=b']) {
      expect((await fetch(`${simulator.saml.entryPoint}${query}`, { redirect: 'manual' })).status).toBe(400);
    }
  });

  it('honours a NameIDPolicy, and answers one it cannot meet with InvalidNameIDPolicy', async () => {
    const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
    expect(xmlOf(await simulator.answerSaml(request(policy(email)), 'alice'))).toContain(
      '>alice@acme.test</saml:NameID>',
    );
    expect(xmlOf(await simulator.answerSaml(request(policy('urn:kerberos')), 'alice'))).toContain(
      'InvalidNameIDPolicy',
    );
  });

  it('answers IsPassive with NoPassive while nobody is remembered', async () => {
    const answer = await simulator.answerSaml(request(authnRequest('IsPassive="true"')), 'alice');
    expect(xmlOf(answer)).toContain('urn:oasis:names:tc:SAML:2.0:status:NoPassive');
    expect(xmlOf(answer)).not.toContain('Assertion ');
  });

  it('issues answers nobody asked for, and wrong ones that are signed all the same', async () => {
    const open = serviceProvider(simulator, { validateInResponseTo: undefined });
    const unasked = simulator.saml.issue(entityId, 'alice', { relayState: '/' });
    expect(unasked).toMatchObject({ action: acsUrl, RelayState: '/' });
    expect(xmlOf(unasked)).not.toContain('InResponseTo');
    expect((await open.verify(unasked)).nameID).toBe(simulator.people.get('alice').subject);
    const stale = simulator.saml.issue(entityId, 'alice', { notOnOrAfter: new Date(0) });
    await expect(open.verify(stale)).rejects.toThrow(/expired/);
    const foreign = simulator.saml.issue(entityId, 'alice', { audience: 'http://other.test' });
    await expect(open.verify(foreign)).rejects.toThrow(/audience/i);
    await expect(open.verify(simulator.saml.issue(entityId, 'alice', { signed: 'none' }))).rejects.toThrow();
    expect(() => simulator.saml.issue('http://evil.test', 'alice')).toThrow(/no service provider/);
  });

  it('describes itself: entity id, both bindings, the certificate', async () => {
    const metadata = await (await fetch(simulator.saml.idpIssuer)).text();
    expect(metadata).toBe(simulator.saml.metadataXml);
    expect(metadata).toContain(`entityID="${simulator.saml.idpIssuer}"`);
    expect(metadata.match(/<md:SingleSignOnService /g)).toHaveLength(2);
    expect(metadata).toContain(simulator.saml.certificate.split('\n')[1]);
  });
});
