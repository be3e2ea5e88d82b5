import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDemo, type RunningDemo } from '../e2e/running-demo.js';
import { Visitor } from '../e2e/visitor.js';
import { stepsOf, type Step } from './markdown.js';
import { Shell } from './shell.js';
import { mismatches, shownAnswer } from './shown.js';

const page = 'docs/admin-api.md';
const steps = stepsOf(page).filter(({ kind }) => ['sh', 'jsonc', 'keep', 'browser'].includes(kind));

describe('the admin API guide', () => {
  let demo: RunningDemo;
  let shell: Shell;
  let printed = { body: '', status: '' };

  beforeAll(async () => {
    demo = await runDemo();
    shell = new Shell({ APP: demo.url, IDP: demo.idp, KEY: demo.serviceKey });
  });
  afterAll(async () => {
    shell?.close();
    await demo?.stop();
  });

  const act: Record<string, (step: Step) => Promise<void>> = {
    async sh({ text }) {
      const block = text.replaceAll(/^(?:APP|IDP|KEY)=.*\n/gm, '');
      printed = await shell.run(block);
      if (block.includes('curl')) expect(printed.status).toMatch(/^\d{3}$/);
    },
    async jsonc({ text }) {
      const { status, body } = shownAnswer(text);
      expect(printed.status).toBe(status);
      expect(mismatches(body, JSON.parse(printed.body))).toEqual([]);
    },
    async keep({ text }) {
      shell.variables[text] = (JSON.parse(printed.body) as { id: string }).id;
    },
    async browser({ text }) {
      const [, login = '', connection = ''] = /^(\w+) signs in through (\$\w+)$/.exec(text) ?? [];
      const answer = await new Visitor(demo).signIn(shell.expand(connection), login);
      expect(answer.status, await answer.clone().text()).toBe(303);
    },
  };

  it('walks through one organization, with the answers it shows', async () => {
    expect(steps.filter(({ text }) => text.includes('curl')).length).toBeGreaterThan(15);
    for (const step of steps) {
      await act[step.kind]!(step).catch((cause: unknown) => {
        const said = cause instanceof Error ? cause.message : String(cause);
        throw new Error(
          `${page}:${step.line}\n${step.text}\n${said}\nprinted: ${printed.status} ${printed.body}`,
          { cause },
        );
      });
    }
  });
});
