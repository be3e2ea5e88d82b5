import { expect } from 'vitest';
import type { Response } from 'supertest';
import type { AdminHost } from './admin-host.js';
import { oidc } from './identity-provider.js';

/** Two organizations; the first has a connection, a workspace with a project, and alice. */
export async function prepare(host: AdminHost) {
  const acme = await made(host.post('/organizations', { name: 'Acme', domains: ['acme.test'] }));
  const globex = await made(host.post('/organizations', { name: 'Globex', domains: ['globex.test'] }));
  const org = `/organizations/${acme}`;
  const connection = await made(
    host.post(`${org}/connections`, { name: 'Acme IdP', protocol: 'oidc', oidc }),
  );
  const parent = { type: 'workspace', id: 'platform' };
  await host.store.transaction(async (tx) => {
    await tx.resources.put({ organization: acme, ...parent, name: 'Platform', createdAt: 0 });
    await tx.resources.put({ organization: acme, type: 'project', id: 'api', parent, createdAt: 0 });
  });
  const alice = await made(host.post(`${org}/members`, { email: 'alice@acme.test', name: 'Alice' }));
  return { acme, globex, org, other: `/organizations/${globex}`, connection, alice };
}

export type Prepared = Awaited<ReturnType<typeof prepare>>;

async function made(request: PromiseLike<Response>): Promise<string> {
  const { status, body } = await request;
  expect([status, body]).toEqual([201, expect.objectContaining({ id: expect.any(String) })]);
  return body.id as string;
}

/** RFC 9457, with the code; answers the problems by path. */
export function expectProblem(answer: Response, status: number, code: string): Record<string, string> {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ type: 'about:blank', title: expect.any(String), status });
  expect(answer.body.detail).toEqual(expect.any(String));
  expect(answer.text).not.toMatch(/\bat .*\.(?:ts|js):\d+/);
  const problems = (answer.body.problems ?? []) as { path: string; code: string; message: string }[];
  for (const { message } of problems) expect(message).toEqual(expect.any(String));
  return Object.fromEntries(problems.map((part) => [part.path, part.code]));
}
