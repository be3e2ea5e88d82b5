import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionService } from '../../src/index.js';
import { UseCases } from '../../src/use-cases.js';
import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './browser.js';
import { connectAcme, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

/** Every refusal is a page: a code that never changes its name, a reference, no session, and the cause in the trace. */
describe('a sign-in that must not succeed', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;

  beforeAll(async () => {
    [host, idp] = await Promise.all([startHost(), startIdp()]);
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  const read = () => host.app.get(UseCases).context.store.read;

  async function members(): Promise<number> {
    return (await read().members.list(acme.organization, { limit: 200 })).data.length;
  }

  /** What the person sees, checked for what every refusal has in common. */
  async function refusal(browser: Browser, answer: Response, connection: string) {
    const page = await answer.text();
    const code = /<dt>Code<\/dt><dd>([^<]*)/.exec(page)?.[1];
    const reference = /<dt>Reference<\/dt><dd>([^<]*)/.exec(page)?.[1];
    expect(answer.status, page).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(browser.cookies.has('idp-roles')).toBe(false);
    expect((await browser.get(`${host.url}/sso/session`)).status).toBe(401);
    const trace = await traceOf(connection, reference ?? '');
    return { status: answer.status, code, reference, trace, connection };
  }

  /** By its own reference, or among those that one trace counts; of what is counted, within two seconds. */
  async function traceOf(connection: string, reference: string) {
    const { history } = read();
    for (let tries = 0; connection !== '' && tries < 40; tries++) {
      const own = await history.traceByReference(acme.organization, reference);
      if (own) return own;
      const all = await history.traces(acme.organization, connection, 200);
      const counted = all.find(({ detail }) => detail['references']?.toString().includes(reference));
      if (counted) return counted;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return undefined;
  }

  async function begun(browser: Browser, connection: string): Promise<string> {
    const answer = await browser.get(`${host.url}/sso/${connection}/login`);
    return answer.headers.get('location') ?? '';
  }

  it('L3, L7: returnTo leads only to paths of this site', async () => {
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/a\u0000b',
      '/\t/evil.example',
    ]) {
      const browser = new Browser();
      const answer = await browser.get(
        `${host.url}/sso/${acme.oidc}/login?returnTo=${encodeURIComponent(returnTo)}`,
      );
      expect(await refusal(browser, answer, acme.oidc), returnTo).toMatchObject({
        status: 400,
        code: 'return-to-foreign',
        trace: { code: 'return-to-foreign', outcome: 'not-begun' },
      });
    }
    const twice = new Browser();
    const answer = await twice.get(`${host.url}/sso/${acme.oidc}/login?returnTo=/a&returnTo=/b`);
    expect(await refusal(twice, answer, acme.oidc)).toMatchObject({ code: 'return-to-foreign' });
  });

  it('L7: a connection that is turned off sends nobody away, and its trace says so', async () => {
    const connections = host.app.get(ConnectionService);
    const { id } = await connections.create(acme.organization, {
      name: 'Not yet',
      protocol: 'oidc',
      oidc: { issuer: idp.oidc.issuer, clientId: 'a', clientSecret: 'b' },
      state: 'draft',
    });
    const browser = new Browser();
    expect(await refusal(browser, await browser.get(`${host.url}/sso/${id}/login`), id)).toMatchObject({
      status: 403,
      code: 'connection-not-active',
      trace: { code: 'connection-not-active', outcome: 'not-begun', connection: id },
    });
  });

  it('an unknown connection, one of the wrong protocol and a name of no shape are not found', async () => {
    const unknown = acme.oidc.slice(0, -1) + (acme.oidc.endsWith('0') ? '1' : '0');
    for (const [path, code] of [
      [`/sso/${unknown}/login`, 'connection-unknown'],
      ['/sso/__proto__/login', 'connection-unknown'],
      [`/sso/${acme.saml}/callback?code=x&state=y`, 'protocol-mismatch'],
      [`/sso/${acme.oidc}/metadata`, 'protocol-mismatch'],
    ] as const) {
      const browser = new Browser();
      expect(await refusal(browser, await browser.get(host.url + path), ''), path).toMatchObject({
        status: 404,
        code,
      });
    }
  });

  it('L3: an answer finishes only in the browser that began it', async () => {
    const [mine, theirs] = [new Browser(), new Browser()];
    const callback = await idp.answerOidc(await begun(mine, acme.oidc), 'alice');
    expect(await refusal(theirs, await theirs.get(callback), acme.oidc)).toMatchObject({
      code: 'sign-in-unknown',
      status: 400,
    });
    await begun(theirs, acme.oidc);
    expect(await refusal(theirs, await theirs.get(callback), acme.oidc)).toMatchObject({
      code: 'sign-in-unknown',
    });
    const posted = await idp.answerSaml(await begun(mine, acme.saml), 'alice');
    const answer = await theirs.postForm(posted.action, {
      SAMLResponse: posted.SAMLResponse,
      RelayState: posted.RelayState!,
    });
    expect(await refusal(theirs, answer, acme.saml)).toMatchObject({ code: 'sign-in-unknown' });
  });

  it('L2: an answer is used once, in sequence and 50 at once', async () => {
    const alice = new Browser();
    const {
      action,
      SAMLResponse,
      RelayState = '',
    } = await idp.answerSaml(await begun(alice, acme.saml), 'alice');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => {
        const copy = new Browser();
        for (const [name, value] of alice.cookies) copy.cookies.set(name, value);
        return copy.postForm(action, { SAMLResponse, RelayState });
      }),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const again = new Browser();
    for (const [name, value] of alice.cookies) again.cookies.set(name, value);
    expect(
      (await refusal(again, await again.postForm(action, { SAMLResponse, RelayState }), acme.saml)).status,
    ).toBe(400);
    const sessions = await read().sessions.ofMember(acme.organization, await memberId('alice@acme.test'));
    expect(sessions.filter(({ connection }) => connection === acme.saml)).toHaveLength(1);
  });

  async function memberId(email: string): Promise<string> {
    return (await read().members.byEmail(acme.organization, email))[0]!.id;
  }

  it('L2: an answer of one connection finishes no sign-in of another', async () => {
    const browser = new Browser();
    const { SAMLResponse, RelayState = '' } = await idp.answerSaml(await begun(browser, acme.saml), 'bob');
    const other = await host.app.get(ConnectionService).create(acme.organization, {
      name: 'Another',
      protocol: 'saml',
      saml: {
        idpIssuer: idp.saml.idpIssuer,
        entryPoint: idp.saml.entryPoint,
        certificates: [idp.saml.certificate],
      },
    });
    const answer = await browser.postForm(`${host.url}/sso/${other.id}/acs`, { SAMLResponse, RelayState });
    expect(await refusal(browser, answer, other.id)).toMatchObject({ code: 'sign-in-unknown' });
  });

  it('L2, L7: a tampered response is refused before anything is written, with its cause in the trace', async () => {
    const before = await members();
    const browser = new Browser();
    const {
      action,
      SAMLResponse,
      RelayState = '',
    } = await idp.answerSaml(await begun(browser, acme.saml), 'dana');
    const xml = Buffer.from(SAMLResponse, 'base64').toString().replaceAll('dana@acme.test', 'bob@acme.test');
    const tampered = Buffer.from(xml).toString('base64');
    const seen = await refusal(
      browser,
      await browser.postForm(action, { SAMLResponse: tampered, RelayState }),
      acme.saml,
    );
    expect(seen).toMatchObject({
      status: 400,
      code: 'signature-invalid',
      trace: { code: 'signature-invalid', outcome: 'failed' },
    });
    expect(await members()).toBe(before);
  });

  it('L2: a form that is too large, malformed or repeats a field is refused', async () => {
    const url = `${host.url}/sso/${acme.saml}/acs`;
    const browser = new Browser();
    const large = await browser.postForm(url, { SAMLResponse: 'A'.repeat(3_000_000) });
    expect(await refusal(browser, large, acme.saml)).toMatchObject({
      status: 413,
      code: 'form-too-large',
      trace: { outcome: 'not-begun' },
    });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const repeated = await browser.fetch(url, {
      method: 'POST',
      headers: form,
      body: 'SAMLResponse=a&SAMLResponse=b',
    });
    expect(await refusal(browser, repeated, acme.saml)).toMatchObject({
      status: 400,
      code: 'form-malformed',
    });
    const json = await browser.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await refusal(browser, json, acme.saml)).toMatchObject({ status: 400, code: 'form-malformed' });
  });

  it('L2: an OpenID provider that answers with an error, or with a code nobody issued, opens nothing', async () => {
    const browser = new Browser();
    const state = new URL(await begun(browser, acme.oidc)).searchParams.get('state')!;
    const iss = encodeURIComponent(idp.oidc.issuer);
    const denied = await browser.get(
      `${host.url}/sso/${acme.oidc}/callback?error=access_denied&state=${state}&iss=${iss}`,
    );
    expect((await refusal(browser, denied, acme.oidc)).trace).toMatchObject({ outcome: 'failed' });
    const next = new URL(await begun(browser, acme.oidc)).searchParams.get('state')!;
    const forged = await browser.get(
      `${host.url}/sso/${acme.oidc}/callback?code=forged&state=${next}&iss=${iss}`,
    );
    expect((await refusal(browser, forged, acme.oidc)).status).toBeLessThan(500);
  });

  describe('an IdP that fails us', () => {
    const servers: Server[] = [];
    afterAll(() => servers.forEach((server) => server.close()));

    it.each([
      ['is down', undefined],
      ['sends garbage', (_: unknown, response: { end(text: string): void }) => response.end('<html>')],
      [
        'redirects',
        (_: unknown, response: import('node:http').ServerResponse) =>
          response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      ],
    ] as const)('%s: a page, no 500, and the cause in the trace', async (_, answer) => {
      const server = createServer(answer as never);
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
      const { port } = server.address() as AddressInfo;
      if (answer) servers.push(server);
      else await new Promise((resolve) => server.close(resolve));
      const { id } = await host.app.get(ConnectionService).create(acme.organization, {
        name: 'Broken',
        protocol: 'oidc',
        oidc: { issuer: `http://localhost:${port}`, clientId: 'a', clientSecret: 'b' },
      });
      const browser = new Browser();
      const seen = await refusal(browser, await browser.get(`${host.url}/sso/${id}/login`), id);
      expect(seen.trace).toMatchObject({ outcome: 'not-begun', code: seen.code });
    });
  });

  it('M9: claims of every JSON type, 5 000 groups and a mapping to a role that is gone are ordinary data', async () => {
    const groups = [...Array.from({ length: 4_999 }, (_, index) => `Group ${index}`), 'Engineering'];
    idp.people.edit('alice', { groups });
    for (const protocol of ['oidc', 'saml'] as const) {
      const alice = new Browser();
      const answer = await alice.signIn(host.url, acme[protocol], idp, 'alice');
      expect(answer.status, await answer.clone().text()).toBe(303);
      expect((await alice.get(`${host.url}/me`)).status).toBe(200);
    }
    idp.people.edit('alice', { groups: ['Engineering'] });
  });
});
