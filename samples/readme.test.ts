import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { INestApplication } from '@nestjs/common';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const artefacts = fileURLToPath(new URL('../test-artefacts/', import.meta.url));
mkdirSync(artefacts, { recursive: true });
/** The README's code blocks, written inside the repository so that they import what a host would. */
const folder = mkdtempSync(join(artefacts, 'readme-'));
const data = mkdtempSync(join(tmpdir(), 'readme-'));
const home = process.cwd();

function block(name: string): string {
  const found = new RegExp(`\`\`\`ts\\n(// ${name}\\n[\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (found === undefined) throw new Error(`the README has no block that begins with \`// ${name}\``);
  return found;
}

describe('the README', () => {
  let app: INestApplication;

  beforeAll(async () => {
    for (const name of ['access.ts', 'app.ts']) writeFileSync(join(folder, name), block(name));
    process.chdir(data);
    process.env['IDP_ROLES_SECRET'] = 'a secret of the README test, long enough';
    process.env['IDP_ROLES_SERVICE_KEY'] = 'a-service-key-for-the-readme-test';
    const { start } = (await import(join(folder, 'app.ts'))) as {
      start(port: number): Promise<INestApplication>;
    };
    app = await start(0);
  });

  afterAll(async () => {
    await app?.close();
    process.chdir(home);
    for (const path of [folder, data]) rmSync(path, { recursive: true, force: true });
  });

  it('wires in an app that refuses strangers', async () => {
    const answer = await request(app.getHttpServer()).get('/projects/api');
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code: 'not-signed-in' });
  });

  it('shows a command that makes an organization', async () => {
    const answer = await request(app.getHttpServer())
      .post('/idp-roles/v1/organizations')
      .set('authorization', 'Bearer a-service-key-for-the-readme-test')
      .send(JSON.parse(/-d '(\{.*?\})'/.exec(readme)![1]!) as object);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ name: 'Initech', domains: expect.anything() });
  });

  it('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?(start|test|run \w+|bench|lint)/g)].map(
      (match) => match[1]!,
    );
    expect(named.filter((name) => scripts[name.replace('run ', '')] === undefined)).toEqual([]);
  });

  it('links only to files that exist', async () => {
    const { existsSync } = await import('node:fs');
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
    expect(links.filter((link) => !existsSync(new URL(`../${link}`, import.meta.url)))).toEqual([]);
  });
});
