import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDemo, type RunningDemo } from '../e2e/running-demo.js';
import { Visitor } from '../e2e/visitor.js';
import { filesBelow, read } from '../architecture/house.js';
import { stepsOf, type Step } from './markdown.js';
import { Shell } from './shell.js';
import { mismatches, shownAnswer } from './shown.js';

const page = 'docs/admin-api.md';
const pageText = read(page);
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

  it('says 404 to what it calls planned', async () => {
    const planned = pageText.slice(pageText.indexOf('## Not there yet'));
    const paths = [...planned.matchAll(/`(?:(PATCH) )?[…]?(\/[\w/:-]+)`/g)];
    expect(paths.length).toBeGreaterThan(6);
    for (const [, said, path = ''] of paths) {
      const method = said ?? (/\/(?:impact|test)$/.test(path) ? 'POST' : 'GET');
      const below = path === '/service-keys' ? path : `/organizations/org_x${path.replaceAll(/:\w+/g, 'x')}`;
      const answer = await fetch(`${demo.url}/idp-roles/v1${below}`, {
        method,
        headers: { authorization: `Bearer ${demo.serviceKey}` },
      });
      expect(`${below} ${answer.status} ${await answer.text()}`).toContain(`Cannot ${method} `);
      expect(answer.status).toBe(404);
    }
  });
});

describe('the table of endpoints', () => {
  it('lists every route of the admin API, and none that is not there', () => {
    const controllers = filesBelow('libs/nestjs/src/admin', (path) => path.endsWith('.controller.ts')).map(
      read,
    );
    const routes = controllers.flatMap((text) => {
      const base = /@AdminController\('([^']+)'\)/.exec(text)![1]!;
      return [...text.matchAll(/^ {2}@(Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)/gm)].map(
        ([, verb = '', below]) => `${verb.toUpperCase()} /${[base, below].filter(Boolean).join('/')}`,
      );
    });
    const listed = [...pageText.matchAll(/^\| `([A-Z]+ \/[^`]+)` +\|/gm)].map(([, route]) => route!);
    expect(routes.length).toBeGreaterThan(30);
    expect(listed.toSorted()).toEqual(routes.toSorted());
  });
});

describe('the table of codes', () => {
  const table = pageText.slice(
    pageText.indexOf('<!-- table: codes -->'),
    pageText.indexOf('What belongs to'),
  );
  const listed = new Set([...table.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g)].map(([, code]) => code!));
  const sources = filesBelow('libs', (path) => path.includes('/src/') && path.endsWith('.ts'))
    .map(read)
    .join('\n');

  it('lists every code of the use cases and of the store that an answer may carry', () => {
    const kinds = read('libs/use-cases/src/use-case-error.ts').split('} as const')[0]!;
    const coded = [...kinds.matchAll(/^ {2}'?([a-z-]+)'?: '/gm)].map(([, code]) => code!);
    const status = read('libs/nestjs/src/admin/problem/status.ts').split('STATUS_OF_STORE')[1]!;
    const stored = [...status.matchAll(/^ {2}'([a-z-]+)': (?!500)\d/gm)].map(([, code]) => code!);
    expect([...coded, ...stored].filter((code) => !listed.has(code))).toEqual([]);
  });

  it('lists none that no source has', () => {
    const unknown = [...listed].filter(
      (code) => !sources.includes(code) && !/-(?:not-found|invalid)$/.test(code),
    );
    expect(unknown.filter((code) => code !== 'reference' && !code.endsWith('-unknown'))).toEqual([]);
  });
});
