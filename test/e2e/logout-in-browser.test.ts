import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath } from '../servers/chromium.js';
import { runDemo, type RunningDemo } from './running-demo.js';

const executablePath = chromiumPath();
const artefacts = fileURLToPath(new URL('../../test-artefacts/', import.meta.url));

describe.skipIf(!executablePath)('logout in a browser (L9)', () => {
  let browser: Browser;
  let demo: RunningDemo;
  let context: BrowserContext;
  let page: Page;
  /** What browsers report and no assertion asks for: blocked redirects, refused scripts. */
  let complaints: string[];

  beforeAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    [browser, demo] = await Promise.all([
      chromium.launch({
        executablePath,
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      }),
      runDemo(),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  });
  afterEach(() => context.close());

  /** Remembered at the IdP, so that only a logout there makes it ask again. */
  async function signIn(protocol: string, on = page): Promise<void> {
    await on.goto(demo.url);
    await on.getByRole('link', { name: `Acme ${protocol}` }).click();
    await on.getByRole('checkbox').check();
    await on.getByRole('button', { name: /alice/i }).click();
    await on.waitForURL(`${demo.url}/`);
  }

  const isIn = async (on = page) => {
    await on.goto(`${demo.url}/projects`);
    return on.getByRole('button', { name: 'Sign out' }).isVisible();
  };

  describe.each(['SAML', 'OpenID Connect'])('by %s', (protocol) => {
    it('signing out here ends the session at the IdP, and comes back saying so', async () => {
      await signIn(protocol);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(/\/signed-out\?signedOutAt=con_/);
      expect(await page.getByRole('status').innerText()).toBe(
        `You are signed out here and at the identity provider of Acme ${protocol}.`,
      );
      await page.screenshot({ path: `${artefacts}/signed-out-${protocol}.png`, fullPage: true });
      expect(await isIn()).toBe(false);
      await page.goto(demo.url);
      await page.getByRole('link', { name: `Acme ${protocol}` }).click();
      await page.getByRole('button', { name: /alice/i }).waitFor();
      expect(new URL(page.url()).origin, 'the IdP asks again').toBe(demo.idp);
      expect(complaints).toEqual([]);
    });

    it('signing out at the IdP ends the session here, in every browser', async () => {
      await signIn(protocol);
      const elsewhere = await (await browser.newContext()).newPage();
      await signIn(protocol, elsewhere);
      await elsewhere.goto(demo.idp);
      await elsewhere.getByRole('button', { name: 'Sign out alice' }).click();
      await elsewhere.getByRole('heading', { name: /is signed out/ }).waitFor();
      expect(new URL(elsewhere.url()).origin).toBe(demo.idp);
      expect(await elsewhere.getByRole('listitem').allInnerTexts()).toEqual([
        expect.stringContaining('ended the session'),
        expect.stringContaining('ended the session'),
      ]);
      await elsewhere.screenshot({ path: `${artefacts}/signed-out-at-idp-${protocol}.png`, fullPage: true });
      expect([await isIn(), await isIn(elsewhere)]).toEqual([false, false]);
      await elsewhere.context().close();
    });
  });

  it('without the IdP, the page says that its session may go on', async () => {
    await page.goto(`${demo.url}/signed-out?signedOutAt=con_nobody`);
    expect(await page.getByRole('status').innerText()).toContain('may go on');
  });

  it('L2: a forged logout of the IdP shows a page with its code, and ends nothing', async () => {
    await signIn('SAML');
    await page.goto(demo.url);
    const doors = await browser.newPage();
    await doors.goto(demo.url);
    const href = await doors.getByRole('link', { name: 'Acme SAML' }).getAttribute('href');
    await doors.close();
    const connection = href?.split('/')[2];
    const refused = await page.goto(`${demo.url}/sso/${connection}/slo?SAMLRequest=fZA%3D`);
    expect(refused?.status()).toBe(400);
    await page.screenshot({ path: `${artefacts}/logout-refused.png`, fullPage: true });
    expect(await page.locator('dd').first().innerText()).toBe('logout-unsigned');
    expect(await isIn()).toBe(true);
  });
});
