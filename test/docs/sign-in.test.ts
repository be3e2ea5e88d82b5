import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Logger, type ExceptionFilter, type Type } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { createAccess, MemberService } from '@idp-roles/nestjs';
import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Browser } from '../../libs/nestjs/test/sign-in/browser.js';
import {
  access,
  connectAcme,
  startHost,
  startIdp,
  type HostApp,
  type Tenant,
} from '../../libs/nestjs/test/sign-in/host-app.js';
import { stepsOf } from './markdown.js';
import { mismatches } from './shown.js';

const page = 'docs/sign-in.md';
const silent = () => undefined;
const built = fileURLToPath(new URL('./dist/', import.meta.url));
mkdirSync(built, { recursive: true });
const folder = mkdtempSync(join(built, 'sign-in-'));
const blocks = stepsOf(page).filter(({ kind }) => kind === 'ts');
const nameOf = (text: string) => /^\/\/ ([\w.-]+\.ts)\n/.exec(text)?.[1];
for (const { text } of [...stepsOf('docs/guards.md').filter(({ kind }) => kind === 'ts'), ...blocks]) {
  const name = nameOf(text);
  if (name !== undefined && !name.includes('.test.')) writeFileSync(join(folder, name), text);
}

interface Blocks {
  signInUrl(email: string, returnTo: string): Promise<string | undefined>;
  session(): Promise<{ readonly roles: readonly { readonly role: string }[] } | undefined>;
  signOut(): Promise<void>;
  readonly WaysInController: Type;
  readonly SignInRedirectFilter: Type<ExceptionFilter>;
}

async function block(name: string): Promise<Blocks> {
  return (await import(join(folder, name))) as Blocks;
}

const { RequireRole } = createAccess(access);

@Controller()
class MeController {
  @Get('me')
  @RequireRole('org-member')
  me() {
    return { here: true };
  }
}

describe('the sign-in guide', () => {
  let idp: Simulator;
  let host: HostApp;
  let acme: Tenant;
  const elsewhere = globalThis.fetch;

  /** The page's functions as a script of this browser, which asks the site that it is of. */
  function inside(browser: Browser): void {
    vi.stubGlobal('fetch', (url: string | URL | Request, init?: RequestInit) =>
      typeof url === 'string' && url.startsWith('/')
        ? browser.fetch(host.url + url, init)
        : elsewhere(url, init),
    );
  }

  beforeAll(async () => {
    const [{ WaysInController }, { SignInRedirectFilter }] = await Promise.all([
      block('ways-in.controller.ts'),
      block('sign-in-redirect.filter.ts'),
    ]);
    idp = await startIdp();
    host = await startHost({
      controllers: [WaysInController, MeController],
      providers: [{ provide: APP_FILTER, useClass: SignInRedirectFilter }],
    });
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    vi.unstubAllGlobals();
    await host?.close();
    await idp?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has no block that is not named', () => {
    expect(blocks.filter(({ text }) => nameOf(text) === undefined)).toEqual([]);
    expect(blocks.length).toBe(4);
  });

  it('L6: from an address to a session, and out again', async () => {
    const browser = new Browser();
    inside(browser);
    const { signInUrl } = await block('sign-in-url.ts');
    const { session, signOut } = await block('session.ts');
    expect(await session()).toBeUndefined();
    expect(await signInUrl('alice@nobody.test', '/')).toBeUndefined();
    const url = await signInUrl('alice@acme.test', '/me?tab=1');
    expect(
      [acme.saml, acme.oidc].map((id) => `${host.url}/sso/${id}/login?returnTo=%2Fme%3Ftab%3D1`),
    ).toContain(url);

    const back = await browser.signIn(host.url, acme.oidc, idp, 'alice', '/me?tab=1');
    expect(back.headers.get('location')).toMatch(/\/me\?tab=1$/);
    expect((await session())?.roles.map(({ role }) => role)).toContain('org-member');
    await signOut();
    expect(await session()).toBeUndefined();
    const form = await browser.fetch(`${host.url}/sso/logout`, {
      method: 'POST',
      headers: { accept: 'text/html' },
    });
    expect([form.status, form.headers.get('location')]).toEqual([303, '/']);
  });

  it('names the ways into an organization', async () => {
    const ways = await (await fetch(`${host.url}/sign-in/${acme.organization}?returnTo=/me`)).json();
    expect(ways).toContainEqual({
      name: 'Acme OIDC',
      href: `${host.url}/sso/${acme.oidc}/login?returnTo=%2Fme`,
    });
  });

  it('A5: leads a page without a session to the sign-in, and tells a script 401', async () => {
    const browser = new Browser();
    const seen = await browser.get(`${host.url}/me?tab=1`, 'text/html');
    expect([seen.status, seen.headers.get('location')]).toEqual([303, '/sign-in?returnTo=%2Fme%3Ftab%3D1']);
    const asked = await browser.get(`${host.url}/me`);
    expect([asked.status, await asked.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'not-signed-in' }),
    ]);
  });

  it('L7: a failure shows code and reference, which the log has too', async () => {
    const browser = new Browser();
    await browser.signIn(host.url, acme.oidc, idp, 'alice');
    const members = host.app.get(MemberService);
    const { data } = await members.list({ organization: acme.organization, email: 'alice@acme.test' });
    await members.suspend({ organization: acme.organization, member: data[0]!.id });
    const warnings: string[] = [];
    const warn = (line: unknown) => warnings.push(String(line));
    Logger.overrideLogger({ log: silent, error: silent, warn });
    const failed = await browser.signIn(host.url, acme.oidc, idp, 'alice');
    Logger.overrideLogger(false);
    const text = await failed.text();
    const reference = /<dt>Reference<\/dt><dd>([0-9A-F]{12})<\/dd>/.exec(text)?.[1];
    expect(failed.status).toBe(403);
    expect(text).toContain('<dd>member-suspended</dd>');
    const [shown] = stepsOf(page).filter(({ kind }) => kind === 'logged');
    expect(
      warnings.filter((line) => line.includes(reference!)).map((line) => mismatches(shown!.text, line)),
    ).toEqual([[]]);
  });
});
