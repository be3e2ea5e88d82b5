import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath } from '../servers/chromium.js';
import { runDemo, type RunningDemo } from './running-demo.js';

const executablePath = chromiumPath();
const artefacts = fileURLToPath(new URL('../../test-artefacts/', import.meta.url));

const assigned = [
  'project-editor on project API Backend api assigned by API (by bob@acme.test)',
  'workspace-admin on workspace Platform api assigned by API (by bob@acme.test)',
];
const fromSignIn =
  'org-member force from the IdP: groups contains “Engineering” (mapping “Engineering → org-member”, connection “Acme SAML”) changes at the IdP count at the next sign-in through “Acme SAML”, or at once by a push';
const fromDirectory =
  'org-member force from the IdP: groups contains “Engineering” (mapping “Engineering → org-member”, directory “Acme directory”) changes that the IdP pushes to “Acme directory” count at the next click';

async function picture(page: Page | Locator, name: string): Promise<void> {
  const path = `${artefacts}/directory-${name}.png`;
  await ('url' in page ? page.screenshot({ path, fullPage: true }) : page.screenshot({ path }));
}

describe.skipIf(!executablePath)('a directory, in a browser', () => {
  let browser: Browser;
  let demo: RunningDemo;
  /** Alice's tab: signed in once, at the beginning. */
  let app: Page;
  let idp: Page;

  beforeAll(async () => {
    mkdirSync(artefacts, { recursive: true });
    demo = await runDemo();
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    app = await (await browser.newContext()).newPage();
    idp = await (await browser.newContext()).newPage();
    await app.goto(demo.url);
    await app.getByRole('link', { name: 'Acme SAML' }).click();
    await app.getByRole('button', { name: /alice/i }).click();
    await app.waitForURL(`${demo.url}/`);
    await idp.goto(demo.idp);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** What the open tab shows at its next click. */
  async function roles(): Promise<string[]> {
    await app.getByRole('link', { name: 'Your roles' }).click();
    const items = await app.getByRole('region', { name: 'Roles', exact: true }).locator('li').allInnerTexts();
    return items.map((text) => text.replace(/\s+/g, ' ').trim()).toSorted();
  }

  const card = (login: string) => idp.locator(`[data-person="${login}"]`);

  async function setEngineering(member: boolean): Promise<void> {
    await card('alice').getByLabel('Engineering', { exact: true }).setChecked(member);
    await card('alice').getByRole('button', { name: 'Save and push alice' }).click();
    expect(await card('alice').getByRole('status').innerText()).toMatch(/pushed by SCIM: .* all taken/);
  }

  it('begins as without a directory: the sign-in gives alice what the acceptance example says', async () => {
    expect(await roles()).toEqual([fromSignIn, ...assigned].toSorted());
  });

  it('S6, S7, A7: out of Engineering and pushed, the open tab loses org-member at its next click, and nothing else', async () => {
    await setEngineering(false);
    await picture(idp, 'pushed-out');
    expect(await roles()).toEqual(assigned);
    await picture(app, 'without-org-member');
    expect((await app.goto(`${demo.url}/projects/web-app`))?.status(), 'workspace-admin above it').toBe(200);
    expect((await app.goto(`${demo.url}/projects/brand-site`))?.status(), 'org-member alone').toBe(403);
    await app.goto(demo.url);
  });

  it('S7: brought back, she has it again, from the directory and said so', async () => {
    await setEngineering(true);
    expect(await roles()).toEqual([fromDirectory, ...assigned].toSorted());
    await picture(app, 'with-org-member');
    expect((await app.goto(`${demo.url}/projects/brand-site`))?.status()).toBe(200);
    await app.goto(demo.url);
  });

  it('shows request and answer, and never the token', async () => {
    const details = card('alice').locator('details.exchange').last();
    await details.locator('summary').click();
    expect(await details.innerText()).toContain('"Operations"');
    await picture(card('alice'), 'exchange');
    expect(await idp.content()).not.toMatch(/scim_\w/);
  });

  it('pushes edits as they are saved once that is asked for', async () => {
    await idp.getByRole('button', { name: 'Push edits automatically' }).click();
    await idp.getByRole('button', { name: 'Push only when asked' }).waitFor();
    await card('alice').getByLabel('Finance', { exact: true }).setChecked(true);
    await card('alice').getByRole('button', { name: 'Save and push alice' }).click();
    expect(
      (await roles()).filter((role) => role.startsWith('org-')).map((role) => role.split(' ')[0]),
    ).toEqual(['org-billing', 'org-member']);
    await picture(idp, 'automatic');
  });

  it('S8: deactivated, her open tab is signed out; signing in does not let her back, the directory does', async () => {
    await card('alice').getByRole('button', { name: 'Deactivate alice' }).click();
    await card('alice').getByRole('button', { name: 'Reactivate alice' }).waitFor();
    await picture(idp, 'deactivated');
    await app.getByRole('navigation').getByRole('link', { name: 'Projects' }).click();
    expect(await app.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
    await picture(app, 'signed-out');
    await app.goto(demo.url);
    await app.getByRole('link', { name: 'Acme SAML' }).click();
    await app.getByRole('button', { name: /alice/i }).click();
    await app.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    await picture(app, 'refused');

    await card('alice').getByRole('button', { name: 'Reactivate alice' }).click();
    await card('alice').getByRole('button', { name: 'Deactivate alice' }).waitFor();
    await app.goto(`${demo.url}/projects`);
    expect(await app.getByRole('button', { name: 'Sign out' }).isVisible(), 'the old session').toBe(false);
    await app.goto(demo.url);
    await app.getByRole('link', { name: 'Acme SAML' }).click();
    await app.getByRole('button', { name: /alice/i }).click();
    await app.waitForURL(`${demo.url}/`);
    const billing = fromDirectory
      .replaceAll('org-member', 'org-billing')
      .replaceAll('Engineering', 'Finance');
    expect(await roles()).toEqual([billing, fromDirectory, ...assigned].toSorted());
  });

  it('is legible in the dark and on a small screen', async () => {
    for (const [page, name] of [
      [app, 'app'],
      [idp, 'idp'],
    ] as const) {
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.reload();
      await picture(page, `${name}-dark`);
      await page.setViewportSize({ width: 360, height: 740 });
      await page.reload();
      await picture(page, `${name}-small-dark`);
      await page.emulateMedia({ colorScheme: 'light' });
      await picture(page, `${name}-small`);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
    }
  });

  it('says on a small screen what was pushed', async () => {
    await card('alice').getByLabel('Sales', { exact: true }).setChecked(true);
    await card('alice').getByRole('button', { name: 'Save and push alice' }).click();
    await card('alice').locator('details.exchange summary').first().click();
    await picture(card('alice'), 'card-small');
    const provisioning = idp.getByRole('region', { name: 'Provisioning (SCIM)' });
    await provisioning.locator('.pushes summary').first().click();
    await idp.emulateMedia({ colorScheme: 'dark' });
    await picture(provisioning, 'provisioning-small-dark');
  });

  it('S8: deleted at the IdP, nobody of that name is left there, and the application knows it', async () => {
    await card('alice').getByRole('button', { name: 'Delete alice' }).click();
    await idp.getByRole('heading', { name: 'Provisioning (SCIM)' }).waitFor();
    expect(await card('alice').count()).toBe(0);
    await app.goto(`${demo.url}/projects`);
    expect(await app.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(false);
  });
});
