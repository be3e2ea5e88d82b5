import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SERVICE_KEY, startHost, type HostApp } from '../../libs/nestjs/test/sign-in/host-app.js';
import { read } from '../architecture/house.js';
import { AdminApi } from '../e2e/visitor.js';
import { stepsOf, type Step } from './markdown.js';
import { Shell } from './shell.js';
import { mismatches, shownAnswer } from './shown.js';

const page = 'docs/directories.md';
const steps = stepsOf(page).filter(({ kind }) => ['sh', 'jsonc', 'keep', 'answers', 'until'].includes(kind));

let host: HostApp;
let shell: Shell;
let printed = { body: '', status: '' };
beforeAll(async () => {
  host = await startHost();
  shell = new Shell({ APP: host.url, KEY: SERVICE_KEY });
});
afterAll(async () => {
  shell?.close();
  await host?.close();
});

const act: Record<string, (step: Step) => Promise<void>> = {
  async sh({ text }) {
    printed = await shell.run(text.replaceAll(/^(?:APP|KEY)=.*\n/gm, ''));
    if (text.includes('curl')) expect(printed.status).toMatch(/^\d{3}$/);
  },
  async jsonc({ text }) {
    const { status, body } = shownAnswer(text);
    expect(printed.status).toBe(status);
    expect(mismatches(body, JSON.parse(printed.body))).toEqual([]);
  },
  async answers({ text }) {
    expect([printed.status, printed.body]).toEqual([text, '']);
  },
  /** `NAME`, or `NAME property`. */
  async keep({ text }) {
    const [name = '', property = 'id'] = text.split(' ');
    shell.variables[name] = (JSON.parse(printed.body) as Record<string, string>)[property]!;
  },
  async until({ text }) {
    const admin = new AdminApi({ url: host.url, serviceKey: SERVICE_KEY });
    const { ORG } = shell.variables;
    for (let i = 0; i < 100; i++) {
      const { data } = await admin.call<{ data: { state: string }[] }>('GET', `/organizations/${ORG}/jobs`);
      if (data.every(({ state }) => state === text)) return;
      await pause(50);
    }
    throw new Error(`the job was not ${text} after 5 s`);
  },
};

it('the guide to directories: every command answers as it shows', async () => {
  expect(steps.filter(({ text }) => text.includes('curl')).length).toBeGreaterThan(12);
  for (const step of steps) {
    await act[step.kind]!(step).catch((cause: unknown) => {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `${page}:${step.line}\n${step.text}\n${said}\nprinted: ${printed.status} ${printed.body}`,
        { cause },
      );
    });
  }
}, 60_000);

it('the guide to directories: names every kind of IdP that is recorded', () => {
  const text = read(page);
  for (const vendor of ['Okta', 'Microsoft Entra ID', 'JumpCloud', 'OneLogin']) {
    expect(text).toContain(`### ${vendor}\n`);
  }
});
