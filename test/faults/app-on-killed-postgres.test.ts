import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDemo, type RunningDemo } from '../e2e/running-demo.js';
import { AdminApi, Visitor } from '../e2e/visitor.js';
import { canKillPostgres, ownPostgres, type OwnPostgres } from './own-servers.js';

const ROUNDS = 3;
/** After which nothing is answered from memory any more (A7). */
const REMEMBERED_MS = 2_000;
const AWAY_MS = 2_800;
const LONGEST_MS = 5_000;

interface Listed {
  readonly data: readonly { readonly id: string; readonly name: string }[];
}

interface Answer {
  readonly what: string;
  readonly status: number;
  readonly text: string;
  readonly ms: number;
  readonly beganAt: number;
}

describe.skipIf(!canKillPostgres)('D6, A7: the app while PostgreSQL is away', () => {
  let server: OwnPostgres;
  let demo: RunningDemo;
  let admin: AdminApi;
  let acme: string;
  let connection: string;
  let alice: string;
  let visitor: Visitor;

  beforeAll(async () => {
    server = await ownPostgres();
    demo = await runDemo({ DATABASE_URL: server.url });
    admin = new AdminApi(demo);
    acme = (await admin.call<Listed>('GET', '/organizations')).data.find(({ name }) => name === 'Acme')!.id;
    const connections = await admin.call<Listed>('GET', `/organizations/${acme}/connections`);
    connection = connections.data.find(({ name }) => name.includes('OpenID'))!.id;
    visitor = new Visitor(demo);
    expect((await visitor.signIn(connection, 'alice')).status).toBe(303);
    const members = await admin.call<Listed>('GET', `/organizations/${acme}/members?email=alice@acme.test`);
    alice = members.data[0]!.id;
  });
  afterAll(async () => {
    await demo?.stop();
    await server?.remove();
  });

  async function ask(what: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const beganAt = performance.now();
    const response = await visitor.browser.fetch(demo.url + path, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { what, status: response.status, text, ms: performance.now() - beganAt, beganAt };
  }

  const asService = () => ({
    authorization: `Bearer ${demo.serviceKey}`,
    'content-type': 'application/json',
  });

  /** One of each kind of request, again and again until `isOver`. */
  async function keepAsking(isOver: () => boolean): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    const body = JSON.stringify({ role: 'org-guest' });
    const kinds: readonly (() => Promise<Answer>)[] = [
      () => ask('revoked role', '/invoices'),
      () => ask('session', '/sso/session'),
      () => ask('sign-in', `/sso/${connection}/login`),
      () => ask('health', '/health'),
      () => ask('list', `/idp-roles/v1/organizations/${acme}/members`, { headers: asService() }),
      () =>
        ask('assign', `/idp-roles/v1/organizations/${acme}/members/${alice}/role-assignments`, {
          method: 'POST',
          headers: asService(),
          body,
        }),
    ];
    await Promise.all(
      kinds.map(async (kind) => {
        while (!isOver()) {
          answers.push(await kind());
          await pause(10);
        }
      }),
    );
    return answers;
  }

  it(
    `killed ${ROUNDS} times: 503 with a code within 5 s, no 500, no revoked role let in, and well again by itself`,
    { timeout: 60_000 },
    async () => {
      const assignments = `/organizations/${acme}/members/${alice}/role-assignments`;
      const all: Answer[] = [];
      let slowestRecovery = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const { id } = await admin.call<{ id: string }>('POST', assignments, { role: 'org-billing' });
        expect((await ask('granted', '/invoices')).status).toBe(200);
        await admin.call('DELETE', `${assignments}/${id}`);
        let isOver = false;
        const asking = keepAsking(() => isOver);
        await pause(50);
        server.killAll();
        const killed = performance.now();
        await pause(AWAY_MS);
        const back = performance.now();
        await server.start();
        const started = performance.now();
        while ((await ask('health', '/health')).status !== 200) {
          expect(performance.now() - started).toBeLessThan(LONGEST_MS);
          await pause(20);
        }
        slowestRecovery = Math.max(slowestRecovery, performance.now() - started);
        isOver = true;
        const answers = await asking;
        all.push(...answers);
        const away = answers.filter(({ beganAt, ms }) => beganAt > killed + 50 && beganAt + ms < back);
        const statuses = (what: string, from: number) => [
          ...new Set(
            away
              .filter((one) => one.what === what && one.beganAt > killed + from)
              .map(({ status }) => status),
          ),
        ];
        for (const what of ['list', 'assign', 'health']) {
          expect({ what, statuses: statuses(what, 0) }).toEqual({ what, statuses: [503] });
        }
        expect(statuses('revoked role', REMEMBERED_MS)).toEqual([503]);
        for (const { what, status, text } of answers.filter((one) => one.status >= 500)) {
          expect({ what, status }).toEqual({ what, status: 503 });
          expect(text, what).toMatch(/"code":"[a-z-]+"|<dd>store-unavailable<\/dd>/);
        }
        // Not for an instant, from memory neither.
        const lettingIn = answers.filter(({ what, status }) => what === 'revoked role' && status < 300);
        expect(lettingIn).toEqual([]);
        expect((await ask('revoked role', '/invoices')).status).toBe(403);
        expect((await ask('kept role', '/projects/api-backend')).status).toBe(200);
        expect((await visitor.signIn(connection, 'alice')).status).toBe(303);
      }
      const slowest = Math.max(...all.map(({ ms }) => ms));
      expect(slowest).toBeLessThan(LONGEST_MS);
      const refused = all.filter(({ status }) => status === 503).length;
      console.log(
        `the app while PostgreSQL was killed ${ROUNDS} times: ${all.length} requests, ${refused} times 503, slowest ${slowest.toFixed(0)} ms; well ${slowestRecovery.toFixed(0)} ms after the server`,
      );
    },
  );
});
