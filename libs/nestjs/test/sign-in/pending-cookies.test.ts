import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PendingSignIns } from '../../src/sign-in/pending-sign-ins.js';
import { Browser } from './browser.js';
import { connectAcme, SECRET, startHost, startIdp, type HostApp, type Tenant } from './host-app.js';

const TEN_MINUTES = 600_000;

/** Sign-ins under way, in the cookies of the browser that began them. */
describe('pending sign-ins', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;
  let later = 0;

  beforeAll(async () => {
    const clock = () => Date.now() + later;
    [host, idp] = await Promise.all([startHost({ options: { clock } }), startIdp()]);
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  const pendingOf = ({ cookies }: Browser) =>
    [...cookies].filter(([name]) => name.startsWith('idp-roles-sign-in-'));
  const sizeOf = (browser: Browser) => pendingOf(browser).flat().join('').length;

  async function begin(browser: Browser, connection: string, returnTo = '/me'): Promise<string> {
    const url = `${host.url}/sso/${connection}/login?returnTo=${encodeURIComponent(returnTo)}`;
    const answer = await browser.get(url);
    expect(answer.status, await answer.clone().text()).toBe(302);
    return answer.headers.get('location')!;
  }

  async function finish(browser: Browser, location: string): Promise<Response> {
    if (location.startsWith(idp.oidc.issuer)) return browser.get(await idp.answerOidc(location, 'alice'));
    const { action, SAMLResponse, RelayState = '' } = await idp.answerSaml(location, 'alice');
    return browser.postForm(action, { SAMLResponse, RelayState });
  }

  it.each(['oidc', 'saml'] as const)(
    'L3: several tabs finish, in any order, and leave no cookie of a sign-in behind (%s)',
    async (protocol) => {
      const browser = new Browser();
      const tabs = ['/a', '/b', '/c'];
      const begun: string[] = [];
      for (const returnTo of tabs) begun.push(await begin(browser, acme[protocol], returnTo));
      for (const index of [1, 2, 0]) {
        const back = await finish(browser, begun[index]!);
        expect(back.headers.get('location')).toBe(tabs[index]);
      }
      expect(pendingOf(browser)).toEqual([]);
    },
  );

  it('L3: however many a browser begins, its cookies stay short, the oldest going first', async () => {
    const browser = new Browser();
    const begun: string[] = [];
    for (let tab = 0; tab < 12; tab++) {
      begun.push(await begin(browser, [acme.oidc, acme.saml][tab % 2]!, `/${'x'.repeat(tab * 90)}`));
      expect(sizeOf(browser)).toBeLessThanOrEqual(4_096);
      // The age of a pending sign-in is known to the millisecond.
      later += 10;
    }
    expect((await finish(browser, begun[0]!)).status).toBe(400);
    expect((await finish(browser, begun.at(-1)!)).status).toBe(303);
  });

  it('L3: a hundred begun in the same instant share a few names', async () => {
    const browser = new Browser();
    await Promise.all(
      Array.from({ length: 100 }, async (_, tab) => {
        const copy = new Browser();
        await begin(copy, acme.oidc, `/${'x'.repeat((tab % 10) * 100)}`);
        for (const [name, value] of pendingOf(copy)) browser.cookies.set(name, value);
      }),
    );
    expect(pendingOf(browser).length).toBeLessThanOrEqual(6);
    expect(sizeOf(browser)).toBeLessThanOrEqual(5 * 1_024 + 2_048);
    const begun = await begin(browser, acme.saml);
    expect(sizeOf(browser)).toBeLessThanOrEqual(4_096);
    expect((await finish(browser, begun)).status).toBe(303);
  });

  it('L3: of an address to return to that fits no cookie the path stays, else the root', async () => {
    const browser = new Browser();
    for (const [returnTo, expected] of [
      [`/${'p'.repeat(600)}?q=1#f`, `/${'p'.repeat(600)}?q=1#f`],
      [`/reports?filter=${'x'.repeat(1_900)}`, '/reports'],
      [`/${'ä'.repeat(2_000)}`, '/'],
    ] as const) {
      const back = await finish(browser, await begin(browser, acme.oidc, returnTo));
      expect(back.headers.get('location')).toBe(expected);
    }
  });

  it('L3: nothing of a pending sign-in can be read or changed, or used for another connection', async () => {
    const browser = new Browser();
    const location = await begin(browser, acme.saml, '/secret-place');
    const [[name, value] = ['', '']] = pendingOf(browser);
    const [time = '', sealed = ''] = value.split('.');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/secret-place|returnTo|state/);
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[40]! ^= 1;
    const altered = [
      `${time}.${bytes.toString('base64url')}`,
      `${(parseInt(time, 36) + 60_000).toString(36)}.${sealed}`,
      `${time}.${sealed.slice(0, 20)}`,
      'nonsense',
      '',
    ];
    for (const wrong of altered) {
      browser.cookies.set(name, wrong);
      const refused = await finish(browser, location);
      expect(refused.status, wrong).toBe(400);
      expect(await refused.text()).toContain('sign-in-unknown');
    }
    browser.cookies.set(name, value);
    expect((await finish(browser, location)).status).toBe(303);
  });

  it('L3: the seal itself opens for one id and one connection only', async () => {
    const browser = new Browser();
    const id = new URL(await begin(browser, acme.oidc)).searchParams.get('state')!;
    const cookie = pendingOf(browser)
      .map((pair) => pair.join('='))
      .join('; ');
    const find = (of: string, connection: string) =>
      host.app.get(PendingSignIns).find(of, connection, { headers: { cookie } } as never);
    expect(find(id, acme.oidc)).toMatchObject({ id });
    expect(find(id, acme.saml)).toBeUndefined();
    expect(find(`${id.slice(0, -1)}_`, acme.oidc)).toBeUndefined();
  });

  it('L3: a sign-in that took longer than ten minutes is over, whatever the browser kept', async () => {
    const browser = new Browser();
    const location = await begin(browser, acme.oidc);
    const answered = await idp.answerOidc(location, 'alice');
    later += TEN_MINUTES;
    const refused = await browser.get(answered);
    later -= TEN_MINUTES;
    expect(await refused.text()).toContain('sign-in-unknown');
  });

  it.each([
    ['oidc', 'this instance'],
    ['oidc', 'another instance'],
    ['saml', 'any instance'],
  ] as const)(
    'L2: a browser that brings its cookie back finishes nothing twice (%s, %s)',
    async (protocol, where) => {
      // Another instance has not seen the first answer; what all share is the mark.
      const elsewhere = vi.spyOn(host.app.get(PendingSignIns), 'claim');
      if (where === 'another instance') elsewhere.mockReturnValue(true);
      const browser = new Browser();
      const location = await begin(browser, acme[protocol]);
      const kept = new Map(browser.cookies);
      expect((await finish(browser, location)).status).toBe(303);
      const again = new Browser();
      for (const [name, value] of kept) again.cookies.set(name, value);
      const refused = await finish(again, location);
      expect(refused.status).toBe(400);
      expect(await refused.text()).toMatch(/already-finished|sign-in-used/);
      expect(again.cookies.has('idp-roles')).toBe(false);
      elsewhere.mockRestore();
    },
  );

  it('D5: a sign-in begun before a secret was put in front finishes; one sealed with a secret that is gone does not', async () => {
    const [fresh, last] = [
      'a fresh secret for tests, of more than 32 characters',
      'yet another secret for tests',
    ];
    const rotated = await startHost({ options: { secret: [fresh, SECRET] } });
    const gone = await startHost({ options: { secret: `${last}, of more than 32 characters` } });
    try {
      const browser = new Browser();
      const id = new URL(await begin(browser, acme.oidc)).searchParams.get('state')!;
      const cookie = pendingOf(browser)
        .map((pair) => pair.join('='))
        .join('; ');
      const find = ({ app }: HostApp) =>
        app.get(PendingSignIns).find(id, acme.oidc, { headers: { cookie } } as never);
      expect(find(rotated)).toMatchObject({ id, returnTo: '/me' });
      expect(find(gone)).toBeUndefined();
    } finally {
      await rotated.close();
      await gone.close();
    }
  });
});
