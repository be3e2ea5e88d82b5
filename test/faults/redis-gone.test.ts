import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOidc } from '../../libs/simulator/src/answer/oidc.js';
import { runDemo, type RunningDemo } from '../e2e/running-demo.js';
import { AdminApi, Visitor } from '../e2e/visitor.js';
import { canKillRedis, ownRedis, type OwnRedis } from './own-servers.js';

const AT_ONCE_MS = 1_000;
const LONGEST_MS = 5_000;

interface Listed {
  readonly data: readonly { readonly id: string; readonly name: string }[];
}

interface Answer {
  readonly status: number;
  readonly code: unknown;
  readonly ms: number;
}

describe.skipIf(!canKillRedis)('D6: Redis that goes away and comes back', () => {
  let redis: OwnRedis;
  let demo: RunningDemo;
  let connection: string;
  const slowest = { killed: 0, frozen: 0 };

  beforeAll(async () => {
    redis = await ownRedis();
    demo = await runDemo({ REDIS_URL: redis.url });
    const admin = new AdminApi(demo);
    const acme = (await admin.call<Listed>('GET', '/organizations')).data.find(
      ({ name }) => name === 'Acme',
    )!;
    const connections = await admin.call<Listed>('GET', `/organizations/${acme.id}/connections`);
    connection = connections.data.find(({ name }) => name.includes('OpenID'))!.id;
  });
  afterAll(async () => {
    await demo?.stop();
    await redis?.remove();
  });

  async function signedIn(): Promise<Visitor> {
    const visitor = new Visitor(demo);
    expect((await visitor.signIn(connection, 'alice')).status).toBe(303);
    expect(await visitor.status('/projects/api-backend')).toBe(200);
    return visitor;
  }

  async function ask(visitor: Visitor, path: string, accept = 'application/json'): Promise<Answer> {
    const began = performance.now();
    const response = await visitor.browser.get(demo.url + path, accept);
    const text = await response.text();
    const ms = performance.now() - began;
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const code = isJson ? (JSON.parse(text) as { code?: unknown }).code : text;
    return { status: response.status, code, ms };
  }

  const paths = () => ['/projects/api-backend', '/sso/session', `/sso/${connection}/login`, '/health'];

  it('killed: every request that needs it is a 503 with a code, at once; then people sign in again', async () => {
    for (let round = 0; round < 3; round++) {
      const visitor = await signedIn();
      await redis.kill();
      for (const path of paths()) {
        const answers = await Promise.all([1, 2, 3, 4].map(() => ask(visitor, path)));
        for (const { status, code, ms } of answers) {
          expect({ path, status }).toEqual({ path, status: 503 });
          expect(String(code), path).toContain('store-unavailable');
          slowest.killed = Math.max(slowest.killed, ms);
        }
      }
      await redis.start();
      await untilHealthy();
      // What it kept is gone with it: signed out, not in, and not an error.
      expect((await ask(visitor, '/sso/session')).status).toBe(401);
      await signedIn();
    }
    expect(slowest.killed).toBeLessThan(AT_ONCE_MS);
    console.log(`Redis killed: slowest 503 ${slowest.killed.toFixed(0)} ms`);
  });

  it('frozen: a 503 within 5 s, and the same session goes on once it does', async () => {
    const visitor = await signedIn();
    redis.freeze();
    try {
      const answers = await Promise.all(
        paths().map(async (path) => ({ path, ...(await ask(visitor, path)) })),
      );
      for (const { path, status, code, ms } of answers) {
        expect({ path, status }).toEqual({ path, status: 503 });
        expect(String(code), path).toContain('store-unavailable');
        slowest.frozen = Math.max(slowest.frozen, ms);
      }
    } finally {
      redis.goOn();
    }
    expect(slowest.frozen).toBeLessThan(LONGEST_MS);
    await untilHealthy();
    expect(await visitor.status('/projects/api-backend')).toBe(200);
    console.log(`Redis frozen: slowest 503 ${slowest.frozen.toFixed(0)} ms`);
  });

  it('a sign-in cut off in the middle lets nobody in, and may be begun again', async () => {
    const visitor = new Visitor(demo);
    const begun = await visitor.browser.get(`${demo.url}/sso/${connection}/login`);
    const answer = new URL(await answerOidc(demo.idp, begun.headers.get('location')!, 'alice'));
    const callback = answer.pathname + answer.search;
    await redis.kill();
    const cutOff = await ask(visitor, callback);
    expect(cutOff.status).toBe(503);
    expect(cutOff.code).toContain('store-unavailable');
    await redis.start();
    await untilHealthy();
    expect((await ask(visitor, '/sso/session')).status).toBe(401);
    // The IdP's code was spent on the first attempt, or is: in no case may it fail as a defect of ours.
    expect((await ask(visitor, callback)).status).toBeLessThan(500);
    expect((await visitor.signIn(connection, 'alice')).status).toBe(303);
    expect(await visitor.status('/projects/api-backend')).toBe(200);
  });

  async function untilHealthy(): Promise<void> {
    const end = Date.now() + LONGEST_MS;
    while ((await fetch(`${demo.url}/health`)).status !== 200) {
      if (Date.now() > end) throw new Error(`not healthy ${LONGEST_MS} ms after Redis was back`);
      await pause(50);
    }
  }
});
