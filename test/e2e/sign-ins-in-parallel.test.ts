import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balance } from './balancer.js';
import { freePort, ownServers, runDemo, type RunningDemo, type Servers } from './running-demo.js';
import { AdminApi, Visitor } from './visitor.js';

const hasServers = Boolean(process.env['TEST_DATABASE_URL'] && process.env['TEST_REDIS_URL']);
const SIGN_INS = 1_000;
const AT_ONCE = 16;
const PEOPLE = Array.from({ length: 50 }, (_, index) => `person-${index}`);

interface Listed {
  readonly data: readonly { readonly id: string; readonly name: string }[];
}

describe.skipIf(!hasServers)('sign-ins over three instances', () => {
  let servers: Servers;
  let demos: RunningDemo[] = [];
  let balancer: Server;
  let address: string;
  let idp: string;
  let people: readonly string[];
  let connections: readonly string[];

  beforeAll(async () => {
    servers = (await ownServers())!;
    const [simulatorPort, port] = [await freePort(), await freePort()];
    idp = `http://localhost:${simulatorPort}`;
    address = `http://localhost:${port}`;
    const environment = {
      ...servers.environment,
      SIMULATOR_PORT: String(simulatorPort),
      BASE_URL: address,
      IDP_ROLES_SECRET: 'the same secret for each of the three instances',
    };
    demos = [await runDemo(environment)];
    demos.push(...(await Promise.all([runDemo(environment), runDemo(environment)])));
    balancer = await balance(port, demos);
    const admin = new AdminApi({ url: demos[0]!.url, serviceKey: demos[0]!.serviceKey });
    const organizations = await admin.call<Listed>('GET', '/organizations');
    const acme = organizations.data.find(({ name }) => name === 'Acme')!.id;
    const found = await admin.call<Listed>('GET', `/organizations/${acme}/connections`);
    connections = found.data.map(({ id }) => id);
    people = PEOPLE.map((name) => `${name}-${Date.now()}`);
    for (const login of people) {
      const made = await fetch(`${idp}/api/people`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login, email: `${login}@acme.test`, groups: ['Engineering'] }),
      });
      if (!made.ok) throw new Error(await made.text());
    }
  });
  afterAll(async () => {
    balancer?.close();
    await Promise.all(demos.map((demo) => demo.stop()));
    await servers?.drop();
  });

  it(
    `D3: ${SIGN_INS} at ${AT_ONCE} in parallel, each request on the next instance, none fails`,
    { timeout: 300_000 },
    async () => {
      const failures: string[] = [];
      const took: number[] = [];
      let next = 0;
      const signIn = async () => {
        for (let at = next++; at < SIGN_INS; at = next++) {
          const visitor = new Visitor({ url: address, idp });
          const began = performance.now();
          const answer = await visitor.signIn(
            connections[at % connections.length]!,
            people[at % people.length]!,
          );
          if (answer.status !== 303) failures.push(`${answer.status}: ${await answer.text()}`);
          else if ((await visitor.status('/sso/session')) !== 200) failures.push('no session after sign-in');
          took.push(performance.now() - began);
        }
      };
      const began = performance.now();
      await Promise.all(Array.from({ length: AT_ONCE }, signIn));
      const seconds = (performance.now() - began) / 1_000;
      const sorted = took.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(0);
      console.log(
        `${SIGN_INS} sign-ins at ${AT_ONCE} in parallel over three instances: ${failures.length} failed, ${seconds.toFixed(1)} s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
      );
      expect(failures).toEqual([]);
    },
  );
});
