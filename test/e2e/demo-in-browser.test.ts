import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../servers/chromium.js';
import { editPerson, runDemo, type RunningDemo } from './running-demo.js';

const executablePath = chromiumPath();
const artefacts = fileURLToPath(new URL('../../test-artefacts/', import.meta.url));

describe.skipIf(!executablePath)('the demo in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(() => browser?.close());

  describe.each(['SAML', 'OpenID Connect'])('by %s', (protocol) => {
    let demo: RunningDemo;
    let page: Page;
    beforeAll(async () => {
      demo = await runDemo();
      page = await (await browser.newContext()).newPage();
    });
    afterAll(async () => {
      await page?.context().close();
      await demo?.stop();
    });

    async function signIn(login: string): Promise<void> {
      await page.goto(demo.url);
      if (await page.getByRole('button', { name: 'Sign out' }).isVisible()) {
        await page.getByRole('button', { name: 'Sign out' }).click();
      }
      await page.getByRole('link', { name: `Acme ${protocol}` }).click();
      await page.getByRole('button', { name: new RegExp(login, 'i') }).click();
      await page.waitForURL(`${demo.url}/`);
    }

    /** Each role as the page lists it: name, where, and how it came. */
    async function roles(): Promise<string[]> {
      const items = await page
        .getByRole('region', { name: 'Roles', exact: true })
        .locator('li')
        .allInnerTexts();
      return items.map((text) => text.replace(/\s+/g, ' ').trim()).toSorted();
    }

    const refreshed = `changes at the IdP count at the next sign-in through “Acme ${protocol}”, or at once by a push`;
    const orgMember = `org-member force from the IdP: groups contains “Engineering” (mapping “Engineering → org-member”, connection “Acme ${protocol}”) ${refreshed}`;
    const orgBilling = `org-billing force from the IdP: groups contains “Finance” (mapping “Finance → org-billing”, connection “Acme ${protocol}”) ${refreshed}`;
    const assigned = [
      'project-editor on project API Backend api assigned by API (by bob@acme.test)',
      'workspace-admin on workspace Platform api assigned by API (by bob@acme.test)',
    ];

    it('alice shows exactly the three roles of the acceptance example, each with its reason', async () => {
      await signIn('alice');
      await page.screenshot({ path: `${artefacts}/demo-alice-${protocol}.png`, fullPage: true });
      expect(await roles()).toEqual([orgMember, ...assigned].toSorted());
    });

    it('S2, S3: out of Engineering and into Finance at the IdP, the next sign-in changes these roles and nothing else', async () => {
      await editPerson(demo.idp, 'alice', { groups: [] });
      await signIn('alice');
      expect(await roles()).toEqual(assigned);
      await editPerson(demo.idp, 'alice', { groups: ['Finance'] });
      await signIn('alice');
      expect(await roles()).toEqual([orgBilling, ...assigned].toSorted());
    });

    it('S4: dana has org-guest from the first sign-in on, and keeps it out of Design', async () => {
      await signIn('dana');
      const guest = `org-guest import from the IdP: department contains “Design” (mapping “Design → org-guest”, connection “Acme ${protocol}”, imported at the first sign-in)`;
      expect(await roles()).toEqual([guest]);
      await editPerson(demo.idp, 'dana', { department: 'Sales' });
      await signIn('dana');
      expect(await roles()).toEqual([guest]);
    });

    it('carol holds nothing, and reads why', async () => {
      await signIn('carol');
      await page.screenshot({ path: `${artefacts}/demo-carol-${protocol}.png`, fullPage: true });
      expect(await page.getByRole('region', { name: 'Roles', exact: true }).innerText()).toContain('no role');
    });

    it('L10: erin of Globex, whom the same IdP knows, is refused at Acme and let in at her own', async () => {
      await page.context().clearCookies();
      await page.goto(demo.url);
      await page.getByRole('link', { name: `Acme ${protocol}` }).click();
      await page.getByRole('button', { name: /erin eriksen/i }).click();
      await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
      await page.screenshot({ path: `${artefacts}/demo-foreign-${protocol}.png`, fullPage: true });
      await page.getByRole('link', { name: 'Try again' }).click();
      expect(new URL(page.url()).origin, 'the IdP, which asks anew').toBe(demo.idp);
      await page.goto(demo.url);
      await page.getByRole('link', { name: 'Globex OpenID Connect' }).click();
      await page.getByRole('button', { name: /erin eriksen/i }).click();
      await page.waitForURL(`${demo.url}/`);
      expect((await page.goto(`${demo.url}/projects/reactor`))?.status()).toBe(200);
      await page.context().clearCookies();
    });

    it('A5: what a person may not see is refused with a page that says so', async () => {
      await signIn('carol');
      const refused = await page.goto(`${demo.url}/projects/api-backend`);
      expect(refused?.status()).toBe(403);
      await page.screenshot({ path: `${artefacts}/demo-refused-${protocol}.png`, fullPage: true });
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your roles do not allow this');
      await signIn('alice');
      expect((await page.goto(`${demo.url}/projects/api-backend`))?.status()).toBe(200);
      expect((await page.goto(`${demo.url}/projects/reactor`))?.status(), 'a project of Globex').toBe(403);
    });
  });
});
