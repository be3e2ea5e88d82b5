import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editPerson, ownServers, runDemo, type RunningDemo, type Servers } from './running-demo.js';
import { AdminApi, Visitor } from './visitor.js';

interface Named {
  readonly id: string;
  readonly name: string;
}
interface Listed<T> {
  readonly data: readonly T[];
}
interface Push {
  readonly exchanges: readonly { readonly status: number; readonly path: string }[];
}
interface Assignment {
  readonly id: string;
  readonly role: string;
  readonly source: string;
  readonly basis: string;
  readonly mapping?: string;
}

const homes =
  process.env['TEST_DATABASE_URL'] && process.env['TEST_REDIS_URL'] ? ['PostgreSQL and Redis'] : [];

describe.each(['the embedded store', ...homes])('the demo over HTTP, on %s', (home) => {
  let servers: Servers | undefined;
  let demo: RunningDemo;
  let admin: AdminApi;
  let acme: string;
  let saml: string;
  let oidc: string;

  beforeAll(async () => {
    servers = home === 'the embedded store' ? undefined : await ownServers();
    demo = await runDemo(servers?.environment);
    admin = new AdminApi(demo);
    const { data } = await admin.call<Listed<Named>>('GET', '/organizations');
    acme = data.find(({ name }) => name === 'Acme')!.id;
    const connections = await admin.call<Listed<Named>>('GET', `/organizations/${acme}/connections`);
    saml = connections.data.find(({ name }) => name === 'Acme SAML')!.id;
    oidc = connections.data.find(({ name }) => name === 'Acme OpenID Connect')!.id;
  });
  afterAll(async () => {
    await demo?.stop();
    await servers?.drop();
  });

  async function memberOf(email: string): Promise<{ id: string; roles: Assignment[] }> {
    const { data } = await admin.call<Listed<{ id: string; roles: Assignment[] }>>(
      'GET',
      `/organizations/${acme}/members?email=${encodeURIComponent(email)}`,
    );
    return data[0]!;
  }

  it('says where to click', () => {
    expect(demo.output()).toContain(demo.url);
    expect(demo.output()).toContain(demo.idp);
  });

  it('A2, A5: guarded routes answer 401, 403 and 200 as the model says, for the organization and each resource', async () => {
    const paths = [
      '/invoices',
      '/admin',
      '/workspaces/platform',
      '/workspaces/platform/settings',
      '/workspaces/studio/settings',
      '/projects/api-backend',
      '/projects/brand-site',
      '/projects/reactor',
      '/projects/unheard-of',
    ];
    const nobody = new Visitor(demo);
    for (const path of paths) expect(await nobody.status(path), path).toBe(401);

    const alice = new Visitor(demo);
    await alice.signIn(saml, 'alice');
    expect(
      Object.fromEntries(await Promise.all(paths.map(async (path) => [path, await alice.status(path)]))),
    ).toEqual({
      '/invoices': 403,
      '/admin': 403,
      '/workspaces/platform': 200,
      '/workspaces/platform/settings': 200,
      '/workspaces/studio/settings': 403,
      '/projects/api-backend': 200,
      '/projects/brand-site': 200,
      '/projects/reactor': 403,
      '/projects/unheard-of': 403,
    });

    const bob = new Visitor(demo);
    await bob.signIn(saml, 'bob');
    expect(await bob.roles()).toEqual(['org-admin', 'org-billing']);
    expect(await bob.status('/admin')).toBe(200);
    expect(await bob.status('/workspaces/studio/settings')).toBe(200);
    expect(await bob.status('/projects/reactor'), 'a project of Globex').toBe(403);
  });

  it('A refusal in a browser says who is refused, where, and what the route needs; an ended session is called one', async () => {
    const alice = new Visitor(demo);
    await alice.signIn(saml, 'alice');
    const page = async (path: string, cookie = '') =>
      (await fetch(demo.url + path, { headers: { accept: 'text/html', cookie } })).text();
    const refused = await alice.browser.get(`${demo.url}/invoices`, 'text/html');
    expect(refused.status).toBe(403);
    const text = await refused.text();
    expect(text).toContain('<span class="chip">Acme</span>');
    expect(text).toContain('the permission <code>invoice:view</code> on the organization');
    expect(await page('/', 'idp-roles=gone')).toContain('Your session has ended');
    expect(await page('/invoices', 'idp-roles=gone')).toContain('<h1>Your session has ended</h1>');
    expect(await page('/')).not.toContain('Your session has ended');
  });

  it('S2: a role given through both connections stays until a sign-in through each takes it', async () => {
    const alice = new Visitor(demo);
    await alice.signIn(saml, 'alice');
    await alice.signIn(oidc, 'alice');
    const both = (await memberOf('alice@acme.test')).roles.filter(({ role }) => role === 'org-member');
    expect(both.map(({ source }) => source).toSorted()).toEqual([`sso:${oidc}`, `sso:${saml}`].toSorted());

    await editPerson(demo.idp, 'alice', { groups: [] });
    await alice.signIn(saml, 'alice');
    expect(await alice.roles()).toContain('org-member');
    const { id } = await memberOf('alice@acme.test');
    const why = await admin.call<{ roles: { role: string; grants: { source: string }[] }[] }>(
      'GET',
      `/organizations/${acme}/members/${id}/explain?role=org-member`,
    );
    expect(JSON.stringify(why)).toContain(`sso:${oidc}`);
    expect(JSON.stringify(why)).not.toContain(`sso:${saml}`);
    await alice.signIn(oidc, 'alice');
    expect(await alice.roles()).toEqual(['project-editor on api-backend', 'workspace-admin on platform']);
    await editPerson(demo.idp, 'alice', { groups: ['Engineering'] });
  });

  it('S9: disabling a connection takes what it gave, ends the sessions begun through it, and nothing else', async () => {
    const [bySaml, byOidc] = [new Visitor(demo), new Visitor(demo)];
    await bySaml.signIn(saml, 'alice');
    await byOidc.signIn(oidc, 'alice');
    await admin.call('PATCH', `/organizations/${acme}/connections/${oidc}`, { state: 'disabled' });
    expect(await byOidc.status('/sso/session')).toBe(401);
    expect(await byOidc.status('/projects/api-backend')).toBe(401);
    expect(await bySaml.roles()).toEqual([
      'org-member',
      'project-editor on api-backend',
      'workspace-admin on platform',
    ]);
    const refused = await new Visitor(demo).signIn(oidc, 'alice');
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('connection-not-active');
    await admin.call('PATCH', `/organizations/${acme}/connections/${oidc}`, { state: 'active' });
  });

  it('S10: carol gets the default role, or is refused, as the connection says', async () => {
    const carol = new Visitor(demo);
    await carol.signIn(oidc, 'carol');
    expect(await carol.roles()).toEqual([]);
    await admin.call('PATCH', `/organizations/${acme}/connections/${oidc}`, { defaultRole: 'org-guest' });
    await carol.signIn(oidc, 'carol');
    expect(await carol.roles()).toEqual(['org-guest']);
    await admin.call('PATCH', `/organizations/${acme}/connections/${oidc}`, {
      defaultRole: null,
      denyWithoutRole: true,
    });
    const refused = await carol.signIn(oidc, 'carol');
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('no-role');
    await admin.call('PATCH', `/organizations/${acme}/connections/${oidc}`, { denyWithoutRole: false });
  });

  it('S6: a first start makes a directory for Acme that has heard of nobody, and that the admin API never shows the token of', async () => {
    const { data } = await admin.call<Listed<Named & { state: string; baseUrl: string }>>(
      'GET',
      `/organizations/${acme}/directories`,
    );
    expect(data).toMatchObject([{ name: 'Acme directory', state: 'active' }]);
    expect(data[0]!.baseUrl).toMatch(new RegExp(`^${demo.url}/scim/v2/`));
    const atIdpOnly = await (await fetch(`${demo.idp}/api/directories`)).text();
    expect(JSON.parse(atIdpOnly)).toMatchObject([{ organization: 'Acme', begun: false, users: [] }]);
    expect(atIdpOnly).not.toContain('token');
    expect((await fetch(`${data[0]!.baseUrl}/Users`)).status, 'without a token').toBe(401);
  });

  it.each(['okta', 'entra', 'jumpcloud', 'onelogin'])(
    'S7, S8, A7: pushed as %s does, a person’s open session follows each edit at its next request',
    async (personality) => {
      await atIdp(demo, 'PUT', '/api/personality', { personality });
      const login = `pat-${personality}`;
      const person = `/api/people/${login}`;
      const added = { login, name: 'Pat Petersen', groups: ['Engineering', 'Finance'], organization: 'Acme' };
      await atIdp(demo, 'POST', '/api/people?push=now', added);
      const pat = new Visitor(demo);
      expect((await pat.signIn(oidc, login)).status).toBe(303);
      expect(await pat.roles()).toEqual(['org-billing', 'org-member']);
      const { id, roles } = await memberOf(`${login}@acme.test`);
      expect(
        roles.every(({ source }) => source.startsWith('directory:')),
        'taken over',
      ).toBe(true);
      await admin.call(
        'POST',
        `/organizations/${acme}/members/${id}/role-assignments`,
        { role: 'project-editor', resource: { type: 'project', id: 'web-app' } },
        201,
      );

      await atIdp(demo, 'PATCH', `${person}?push=now`, { groups: ['Finance'] });
      expect(await pat.roles()).toEqual(['org-billing', 'project-editor on web-app']);
      await atIdp(demo, 'PATCH', `${person}?push=now`, { groups: ['Engineering'], department: 'Sales' });
      expect(await pat.roles()).toEqual(['org-member', 'project-editor on web-app']);
      await atIdp(demo, 'PATCH', `${person}?push=now`, { active: false });
      expect(await pat.status('/sso/session')).toBe(401);
      expect((await pat.signIn(oidc, login)).status).toBe(403);
      await atIdp(demo, 'PATCH', `${person}?push=now`, { active: true, department: null });
      expect((await pat.signIn(oidc, login)).status).toBe(303);
      expect(await pat.roles()).toEqual(['org-member', 'project-editor on web-app']);
      await atIdp(demo, 'DELETE', `${person}?push=now`, {});
      expect(await pat.status('/sso/session')).toBe(401);

      const pushes = (await (await fetch(`${demo.idp}/api/pushes`)).json()) as Push[];
      const refused = pushes.flatMap(({ exchanges }) => exchanges).filter(({ status }) => status >= 300);
      expect(refused).toEqual([]);
      await atIdp(demo, 'PUT', '/api/personality', { personality: 'array' });
    },
  );

  it('L6: an organization nobody prepared is configured over HTTP only, and its people sign in', async () => {
    const initech = await admin.call<Named>(
      'POST',
      '/organizations',
      { name: 'Initech', domains: ['initech.test'] },
      201,
    );
    const made = await admin.call<{
      id: string;
      loginUrl: string;
      serviceProvider: { redirectUri: string };
    }>(
      'POST',
      `/organizations/${initech.id}/connections`,
      {
        name: 'Initech OIDC',
        protocol: 'oidc',
        oidc: { issuer: `${demo.idp}/oidc`, clientId: 'initech', clientSecret: 'a-secret-of-initech' },
        requiredClaims: { department: 'TPS' },
      },
      201,
    );
    expect(made.loginUrl).toBe(`${demo.url}/sso/${made.id}/login`);
    await admin.call(
      'POST',
      `/organizations/${initech.id}/role-mappings`,
      {
        source: { connection: made.id },
        claim: 'groups',
        value: 'Reports',
        role: 'org-member',
      },
      201,
    );
    await atIdp(demo, 'PUT', '/api/clients/initech', {
      clientSecret: 'a-secret-of-initech',
      redirectUris: [made.serviceProvider.redirectUri],
    });
    await atIdp(demo, 'POST', '/api/people', {
      login: 'peter',
      name: 'Peter',
      email: 'peter@initech.test',
      groups: ['Reports'],
      department: 'TPS',
    });
    const peter = new Visitor(demo);
    expect((await peter.signIn(made.id, 'peter')).status).toBe(303);
    expect(await peter.roles()).toEqual(['org-member']);
    expect(await peter.status('/projects/api-backend'), 'a project of Acme').toBe(403);

    const stranger = await new Visitor(demo).signIn(made.id, 'alice');
    expect(stranger.status).toBeGreaterThanOrEqual(400);
    expect(stranger.status).toBeLessThan(500);
  });
});

async function atIdp({ idp }: RunningDemo, method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(idp + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}
