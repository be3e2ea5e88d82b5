import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionService, OrganizationService } from '../../src/index.js';
import { Browser } from './browser.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

describe('POST /sso/switch', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;
  let globex: { id: string; connection: string; draft: string };
  const erin = new Browser();

  beforeAll(async () => {
    [host, idp] = await Promise.all([startHost(), startIdp()]);
    acme = await connectAcme(host, idp);
    const { id } = await host.app
      .get(OrganizationService)
      .create({ name: 'Globex', domains: ['globex.test'] });
    const connections = host.app.get(ConnectionService);
    const saml = {
      idpIssuer: idp.saml.idpIssuer,
      entryPoint: idp.saml.entryPoint,
      certificates: [idp.saml.certificate],
    };
    const active = await connections.create(id, { name: 'Globex SAML', protocol: 'saml', saml });
    const draft = await connections.create(id, { name: 'Draft', protocol: 'saml', saml, state: 'draft' });
    globex = { id, connection: active.id, draft: draft.id };
    idp.saml.registerServiceProvider(connections.serviceProvider(active.id));
    await erin.signIn(host.url, acme.oidc, idp, 'erin');
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  const ask = (fields: Record<string, string>, headers: Record<string, string> = {}, browser = erin) =>
    browser.fetch(`${host.url}/sso/switch`, {
      method: 'POST',
      headers: { accept: 'application/json', ...headers },
      body: new URLSearchParams(fields),
    });
  const organizationOf = async () => {
    const session = await (await erin.get(`${host.url}/sso/session`)).json();
    return (session as { organization: { name: string } }).organization.name;
  };

  it('L8: answers where the other organization signs in; the session there takes the place of this one', async () => {
    const expected = `${host.url}/sso/${globex.connection}/login?returnTo=%2Fme%3Fa%3D1`;
    for (const field of [{ organization: globex.id }, { connection: globex.connection }]) {
      const answer = await ask({ ...field, returnTo: '/me?a=1' });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ loginUrl: expected });
    }
    const asPage = await ask({ organization: globex.id, returnTo: '/me?a=1' }, { accept: 'text/html' });
    expect([asPage.status, asPage.headers.get('location')]).toEqual([303, expected]);

    expect(await organizationOf(), 'asking changes nothing').toBe('Acme');
    const before = new Map(erin.cookies);
    const begun = await erin.get(expected);
    const {
      action,
      SAMLResponse,
      RelayState = '',
    } = await idp.answerSaml(begun.headers.get('location')!, 'erin');
    expect((await erin.postForm(action, { SAMLResponse, RelayState })).headers.get('location')).toBe(
      '/me?a=1',
    );
    expect(await organizationOf()).toBe('Globex');
    const old = new Browser();
    for (const [name, value] of before) old.cookies.set(name, value);
    expect((await old.get(`${host.url}/sso/session`)).status).toBe(401);
  });

  it('L8: says one thing of what is not there and of what is switched off', async () => {
    const answers = [];
    for (const fields of [
      { connection: globex.draft },
      { connection: 'con_nobody' },
      { organization: 'org_nobody' },
      { connection: `${globex.connection}x` },
    ]) {
      const answer = await ask(fields as Record<string, string>);
      answers.push([answer.status, await answer.text()]);
    }
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([404]));
    expect(new Set(answers.map(([, body]) => body)).size).toBe(1);
  });

  it('names the ways in where there are several', async () => {
    const answer = await ask({ organization: acme.organization });
    expect(answer.status).toBe(409);
    const text = await answer.text();
    for (const way of [acme.saml, acme.oidc, 'connection-ambiguous']) expect(text).toContain(way);
  });

  it('L3: refuses other sites, foreign addresses, and who is not signed in', async () => {
    const fields = { connection: globex.connection };
    expect((await ask(fields, { origin: 'https://evil.test' })).status).toBe(403);
    expect((await ask({ ...fields, returnTo: 'https://evil.test' })).status).toBe(400);
    expect((await ask(fields, {}, new Browser())).status).toBe(401);
    expect((await ask({})).status).toBe(400);
    expect((await ask({ ...fields, organization: globex.id })).status).toBe(400);
    const json = (body: unknown) =>
      erin.fetch(`${host.url}/sso/switch`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await json({ connection: [globex.connection] })).status).toBe(400);
    expect((await json([1])).status).toBe(400);
  });
});
