import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PUBLIC_URL, startAdmin, type AdminHost } from './admin-host.js';
import { CERTIFICATE, metadataXml, oidc, saml } from './identity-provider.js';
import { expectProblem, prepare, type Prepared } from './prepared.js';

let host: AdminHost;
let at: Prepared;
let idp: Server;
let idpUrl: string;
beforeAll(async () => {
  host = await startAdmin();
  at = await prepare(host);
  idp = createServer((request, response) => {
    if (request.url === '/metadata') return void response.end(metadataXml);
    if (request.url === '/moved') return void response.writeHead(302, { location: '/metadata' }).end();
    if (request.url === '/garbage') return void response.end('<html>sign in</html>');
    response.writeHead(404).end();
  });
  await new Promise<void>((listening) => void idp.listen(0, '127.0.0.1', listening));
  idpUrl = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await host.close();
  idp.close();
});

const create = (body: object) => host.post(`${at.org}/connections`, body);
const shared = { ...oidc, issuer: 'https://accounts.google.com' };

describe('a SAML connection', () => {
  it('L6: is made of fields, and says what the IdP must know of us', async () => {
    const { status, body } = await create({ name: 'Okta', protocol: 'saml', saml });
    expect(status).toBe(201);
    const base = `${PUBLIC_URL}/sso/${body.id}`;
    expect(body).toMatchObject({
      id: expect.stringMatching(new RegExp(`^con_${at.acme.slice(4)}_`)),
      name: 'Okta',
      protocol: 'saml',
      state: 'active',
      defaultSyncMode: 'force',
      denyWithoutRole: false,
      absentClaim: 'revoke',
      jit: true,
      allowIdpInitiated: false,
      saml: { idpIssuer: saml.idpIssuer, entryPoint: saml.entryPoint },
      serviceProvider: {
        entityId: `${base}/metadata`,
        acsUrl: `${base}/acs`,
        metadataUrl: `${base}/metadata`,
      },
      loginUrl: `${base}/login`,
      warnings: [],
    });
    const { warnings: _, ...shown } = body;
    expect((await host.get(`${at.org}/connections/${body.id}`)).body).toEqual(shown);
  });

  it.each([
    ['the XML', () => ({ idpMetadataXml: metadataXml })],
    ['its address', () => ({ idpMetadataUrl: `${idpUrl}/metadata` })],
  ])('is made of metadata, by %s', async (_, given) => {
    const { status, body } = await create({ name: 'By metadata', protocol: 'saml', saml: given() });
    expect([status, body.saml]).toEqual([201, { ...saml, binding: 'redirect', certificates: [CERTIFICATE] }]);
  });

  it.each([
    ['/moved', 'redirect-refused'],
    ['/gone', 'metadata-unavailable'],
  ])('L2: metadata at %s is not followed and not guessed', async (path, code) => {
    const answer = await create({ name: 'x', protocol: 'saml', saml: { idpMetadataUrl: idpUrl + path } });
    expect(expectProblem(answer, 422, code)).toEqual({ 'saml.idpMetadataUrl': code });
  });

  it.each(['file:///etc/passwd', 'http://169.254.169.254/latest', 'https://10.0.0.1/', 'nonsense'])(
    'L2: metadata is never fetched from %s',
    async (url) => {
      const answer = await create({ name: 'x', protocol: 'saml', saml: { idpMetadataUrl: url } });
      expect([answer.status, answer.body.problems[0].path]).toEqual([422, 'saml.idpMetadataUrl']);
    },
  );

  it('of metadata that is none is a 422', async () => {
    const fetched = await create({
      name: 'x',
      protocol: 'saml',
      saml: { idpMetadataUrl: `${idpUrl}/garbage` },
    });
    expect(fetched.status).toBe(422);
    const bomb = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>';
    expectProblem(
      await create({ name: 'x', protocol: 'saml', saml: { idpMetadataXml: bomb } }),
      422,
      'xml-doctype',
    );
  });

  it('of settings that cannot work is a 422 with every path', async () => {
    const broken = { entryPoint: 'http://idp.acme.test', certificates: ['no certificate'] };
    expect(
      expectProblem(await create({ name: 'x', protocol: 'saml', saml: broken }), 422, 'settings-invalid'),
    ).toEqual({
      'saml.idpIssuer': 'missing',
      'saml.entryPoint': 'url-not-https',
      'saml.certificates[0]': 'certificate-unreadable',
    });
    const both = { ...saml, idpMetadataXml: metadataXml };
    expect(
      expectProblem(await create({ name: 'x', protocol: 'saml', saml: both }), 422, 'invalid'),
    ).toHaveProperty('saml');
  });
});

describe('an OIDC connection', () => {
  it('says its redirect URI and never its secret', async () => {
    const { status, body, text } = await create({ name: 'Entra', protocol: 'oidc', oidc });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      oidc: { issuer: oidc.issuer, clientId: oidc.clientId },
      serviceProvider: { redirectUri: `${PUBLIC_URL}/sso/${body.id}/callback` },
      loginUrl: `${PUBLIC_URL}/sso/${body.id}/login`,
    });
    const others = [
      host.get(`${at.org}/connections`),
      host.patch(`${at.org}/connections/${body.id}`, { name: 'y' }),
    ];
    for (const shown of [text, ...(await Promise.all(others)).map((answer) => answer.text)]) {
      expect(shown).not.toContain(oidc.clientSecret);
      expect(shown).not.toContain('clientSecret');
    }
    const secrets = await host.store.read.connections.secrets(at.acme, body.id);
    expect(secrets).toEqual({ clientSecret: oidc.clientSecret });
  });

  it('L10: of a shared issuer is a draft with a warning, and cannot be activated without required claims', async () => {
    const { status, body } = await create({ name: 'Google', protocol: 'oidc', oidc: shared });
    expect([status, body.state]).toEqual([201, 'draft']);
    expect(body.warnings).toEqual([
      { path: 'requiredClaims.hd', code: 'required-claims-needed', message: expect.stringContaining('`hd`') },
    ]);
    const path = `${at.org}/connections/${body.id}`;
    expectProblem(await host.patch(path, { state: 'active' }), 422, 'required-claims-needed');
    expectProblem(
      await host.patch(path, { state: 'active', requiredClaims: { sub: 'x' } }),
      422,
      'required-claims-needed',
    );
    const active = await host.patch(path, { state: 'active', requiredClaims: { hd: 'acme.test' } });
    expect([active.status, active.body.state, active.body.requiredClaims]).toEqual([
      200,
      'active',
      { hd: 'acme.test' },
    ]);
    expectProblem(await host.patch(path, { requiredClaims: null }), 422, 'required-claims-needed');
  });

  it('L10: of every tenant at once is refused', async () => {
    const common = { ...oidc, issuer: 'https://login.microsoftonline.com/common/v2.0' };
    const answer = await create({ name: 'x', protocol: 'oidc', oidc: common });
    expect(expectProblem(answer, 422, 'settings-invalid')).toEqual({ 'oidc.issuer': 'multi-tenant-issuer' });
  });

  it('of unsafe settings is a 422', async () => {
    const unsafe = { ...oidc, idTokenSigningAlg: 'HS256', issuer: 'http://idp.acme.test' };
    const answer = await create({ name: 'x', protocol: 'oidc', oidc: unsafe, subjectClaim: 'email' });
    expect(expectProblem(answer, 422, 'settings-invalid')).toEqual({
      'oidc.issuer': 'https-required',
      'oidc.idTokenSigningAlg': 'unsafe-algorithm',
      subjectClaim: 'changeable-subject',
    });
  });
});

describe('a connection', () => {
  it('of wrong shape is a 400 with every path', async () => {
    const answer = await create({
      protocol: 'ldap',
      saml: { certificates: 'x', what: 1 },
      jit: 'yes',
      requiredClaims: { hd: [] },
      state: 'disabled',
    });
    expect(expectProblem(answer, 400, 'body-invalid')).toEqual({
      name: 'required',
      protocol: 'mistyped',
      'saml.certificates': 'mistyped',
      'saml.what': 'unknown-property',
      jit: 'mistyped',
      requiredClaims: 'mistyped',
      state: 'mistyped',
    });
    expect(expectProblem(await create({ name: 'x', protocol: 'oidc' }), 400, 'body-invalid')).toEqual({
      oidc: 'required',
    });
  });

  it('has settings of its own protocol only', async () => {
    const two = await create({ name: 'x', protocol: 'oidc', oidc, saml });
    expect(expectProblem(two, 422, 'invalid')).toEqual({ saml: 'invalid' });
    const answer = await create({ name: 'x', protocol: 'oidc', oidc, allowIdpInitiated: true });
    expect(expectProblem(answer, 422, 'settings-invalid')).toHaveProperty('allowIdpInitiated');
  });

  it('M8: has a default role that exists and that an IdP may give', async () => {
    const given = { name: 'x', protocol: 'oidc', oidc };
    expect((await create({ ...given, defaultRole: 'org-member' })).body.defaultRole).toBe('org-member');
    expectProblem(await create({ ...given, defaultRole: 'org-nothing' }), 422, 'role-missing');
    expectProblem(await create({ ...given, defaultRole: 'org-owner' }), 422, 'role-not-grantable');
    expectProblem(await create({ ...given, defaultRole: 'workspace-admin' }), 422, 'invalid');
  });

  it('changes what is given, keeps the rest, and forgets what is null', async () => {
    const { body } = await create({
      name: 'x',
      protocol: 'saml',
      saml,
      allowIdpInitiated: true,
      defaultRole: 'org-member',
      subjectClaim: 'uid',
    });
    const path = `${at.org}/connections/${body.id}`;
    const first = await host.patch(path, {
      denyWithoutRole: true,
      saml: { entryPoint: 'https://idp.acme.test/new' },
    });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      name: 'x',
      denyWithoutRole: true,
      allowIdpInitiated: true,
      defaultRole: 'org-member',
      saml: { ...saml, entryPoint: 'https://idp.acme.test/new' },
    });
    const second = await host.patch(path, {
      defaultRole: null,
      subjectClaim: null,
      allowIdpInitiated: false,
    });
    expect(second.body).not.toHaveProperty('defaultRole');
    expect(second.body).not.toHaveProperty('subjectClaim');
    expect(second.body).toMatchObject({ denyWithoutRole: true, allowIdpInitiated: false });
  });

  it('keeps its secret unless a new one is given', async () => {
    const { body } = await create({ name: 'x', protocol: 'oidc', oidc });
    const path = `${at.org}/connections/${body.id}`;
    const secret = () => host.store.read.connections.secrets(at.acme, body.id);
    await host.patch(path, { oidc: { scopes: ['groups'] } }).expect(200);
    expect(await secret()).toEqual({ clientSecret: oidc.clientSecret });
    await host.patch(path, { oidc: { clientSecret: 'another' } }).expect(200);
    expect(await secret()).toEqual({ clientSecret: 'another' });
    const none = await host.patch(path, { oidc: { clientAuthentication: 'none' } });
    expect(expectProblem(none, 422, 'settings-invalid')).toEqual({ 'oidc.clientSecret': 'secret-unused' });
    await host.patch(path, { oidc: { clientAuthentication: 'none', clientSecret: null } }).expect(200);
    expect(await secret()).toEqual({});
  });

  it('L4: changes its issuer and subjectClaim only as long as nobody has signed in through it', async () => {
    const { body } = await create({ name: 'x', protocol: 'oidc', oidc });
    const path = `${at.org}/connections/${body.id}`;
    await host.patch(path, { oidc: { issuer: 'https://new.acme.test' } }).expect(200);
    await host.store.transaction((tx) =>
      tx.members.insertIdentity({
        organization: at.acme,
        source: `sso:${body.id}`,
        issuer: 'https://new.acme.test',
        format: 'sub',
        subject: 'alice',
        member: at.alice,
        importDone: true,
        createdAt: 0,
      }),
    );
    const answer = await host.patch(path, { oidc: { issuer: 'https://newer.acme.test' } });
    expectProblem(answer, 409, 'issuer-change-needs-relink');
    const renamed = await host.patch(path, { subjectClaim: 'oid' });
    expectProblem(renamed, 409, 'issuer-change-needs-relink');
  });

  it('is disabled, activated and deleted', async () => {
    const { body } = await create({ name: 'x', protocol: 'oidc', oidc });
    const path = `${at.org}/connections/${body.id}`;
    expect((await host.patch(path, { state: 'disabled' })).body.state).toBe('disabled');
    expect((await host.patch(path, { state: 'active' })).body.state).toBe('active');
    await host.delete(path).expect(204);
    expectProblem(await host.get(path), 404, 'connection-not-found');
  });

  it('D2: of another organization is a 404, for reading and writing alike', async () => {
    const path = `${at.other}/connections/${at.connection}`;
    expectProblem(await host.get(path), 404, 'connection-not-found');
    expectProblem(await host.patch(path, { name: 'mine' }), 404, 'connection-not-found');
    expectProblem(await host.delete(path), 404, 'connection-not-found');
    const nowhere = '/organizations/org_0000000000000000/connections';
    expectProblem(await host.get(nowhere), 404, 'organization-not-found');
    expectProblem(
      await host.post(nowhere, { name: 'x', protocol: 'oidc', oidc }),
      404,
      'organization-not-found',
    );
    expect((await host.get(`${at.other}/connections`)).body).toEqual({ data: [] });
  });
});
