import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../src/index.js';
import { startSimulator } from '../src/index.js';
import { relyingParty } from './relying-party.js';
import { serviceProvider } from './service-provider.js';

/** The little of a browser that these pages need: cookies, and redirects followed by hand. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async go(url: string, fields?: Record<string, string>) {
    const response = await fetch(url, {
      method: fields ? 'POST' : 'GET',
      body: fields && new URLSearchParams(fields),
      headers: { accept: 'text/html', cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') },
      redirect: 'manual',
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) this.#cookies.set(name, value);
      else this.#cookies.delete(name);
    }
    return {
      status: response.status,
      text: await response.text(),
      to: new URL(response.headers.get('location') ?? url, url).href,
    };
  }

  /** Follows redirects up to a page or up to the application. */
  async follow(url: string, fields?: Record<string, string>): ReturnType<Browser['go']> {
    const answer = await this.go(url, fields);
    const isRedirect = answer.status >= 300 && answer.status < 400;
    return isRedirect && !answer.to.startsWith('http://app.test/') ? this.follow(answer.to) : answer;
  }
}

describe('the sign-in page', () => {
  let simulator: Simulator;
  let authorizationUrl: string;
  let samlUrl: () => Promise<string>;
  let forcedSamlUrl: () => Promise<string>;

  beforeAll(async () => {
    simulator = await startSimulator({ log: false });
    authorizationUrl = (await (await relyingParty(simulator)).signIn('alice')).url.href;
    const saml = serviceProvider(simulator);
    samlUrl = () => saml.loginUrl('back');
    const forced = serviceProvider(simulator, { forceAuthn: true });
    forcedSamlUrl = () => forced.loginUrl();
  });
  afterAll(() => simulator.close());

  it('offers each person with their groups, and names the application', async () => {
    const { text } = await new Browser().follow(authorizationUrl);
    expect(text).toMatch(/<button[^>]*value="alice"/);
    expect(text).toContain('Engineering');
    expect(text).toContain('<strong class="application">app</strong>');
  });

  it('asks again at each sign-in, so that changing persons is easy', async () => {
    const browser = new Browser();
    for (const login of ['alice', 'bob']) {
      const page = await browser.follow(authorizationUrl);
      expect(page.text).toContain('Who are you');
      const done = await browser.follow(page.to, { login });
      expect(done.to).toMatch(/^http:\/\/app\.test\/callback\?code=/);
    }
  });

  it('remembers where asked to, in both protocols, until signed out', async () => {
    const browser = new Browser();
    const page = await browser.follow(authorizationUrl);
    await browser.follow(page.to, { login: 'bob', remember: 'yes' });
    expect((await browser.follow(authorizationUrl)).to).toContain('http://app.test/callback?code=');
    expect((await browser.follow(await samlUrl())).text).toContain('name="SAMLResponse"');
    expect((await browser.follow(`${authorizationUrl}&prompt=login`)).text).toContain('Who are you');
    expect((await browser.follow(await forcedSamlUrl())).text).toContain('Who are you');
    await browser.follow(`${simulator.oidc.issuer}/session/end`);
    expect((await browser.follow(authorizationUrl)).text).toContain('Who are you');
    expect((await browser.follow(await samlUrl())).text).toContain('Who are you');
  });

  it('answers the application when cancelled', async () => {
    const browser = new Browser();
    const page = await browser.follow(authorizationUrl);
    expect((await browser.follow(page.to, { cancel: 'yes' })).to).toContain('error=access_denied');
    const samlPage = await browser.follow(await samlUrl());
    const refused = await browser.go(samlPage.to, { cancel: 'yes' });
    const [, encoded = ''] = /name="SAMLResponse"\s+value="([^"]+)"/.exec(refused.text) ?? [];
    expect(Buffer.from(encoded, 'base64').toString()).toContain('status:AuthnFailed');
  });

  it('posts the SAML response by a form that works without scripts, once', async () => {
    const browser = new Browser();
    const page = await browser.follow(await samlUrl());
    const { text } = await browser.go(page.to, { login: 'alice' });
    expect(text).toMatch(/<form[^>]*method="post"[^>]*action="http:\/\/app\.test\/acs"/);
    expect(text).toMatch(/name="RelayState"\s+value="back"/);
    expect(text).toMatch(/<button[^>]*>Continue<\/button>/);
    expect((await browser.go(page.to, { login: 'alice' })).text).toContain('sign-in-expired');
  });

  it('refuses a choice from another site, an unknown person, and a browser that did not begin', async () => {
    const browser = new Browser();
    const page = await browser.follow(authorizationUrl);
    for (const { to } of [page, await browser.follow(await samlUrl())]) {
      const headers = { origin: 'http://evil.test' };
      const foreign = await fetch(to, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ login: 'alice' }),
      });
      expect(foreign.status).toBe(403);
    }
    expect((await browser.go(page.to, { login: 'nobody' })).status).toBe(404);
    expect((await new Browser().go(page.to, { login: 'alice' })).text).toContain('sign-in-expired');
  });
});
