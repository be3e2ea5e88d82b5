import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { median } from './measure.ts';
import type { Started } from './p4-app.ts';
import { times, type Row } from './row.ts';

const rounds = 9;
const requestsARound = 3_000;
const connections = 16;
const routes = ['bare', 'ours', 'map', 'casbin', 'jwt'] as const;

/** P4: requests a second of a guarded route over those of the same route without a guard; the app has a thread of its own. */
export async function guarding(): Promise<Row[]> {
  return [await onPlatform('express', 0.9), await onPlatform('fastify', 0.85)];
}

async function onPlatform(platform: 'express' | 'fastify', goal: number): Promise<Row> {
  const worker = new Worker(new URL('./p4-app.ts', import.meta.url), { workerData: platform });
  const [started] = (await once(worker, 'message')) as [Started];
  const lines = await Promise.all(Array.from({ length: connections }, () => Line.to(started.port)));
  await assertSame(lines[0] as Line, started);
  const rates = new Map<string, number[]>(routes.map((route) => [route, []]));
  for (let round = -1; round < rounds; round++) {
    for (let offset = 0; offset < routes.length; offset++) {
      const route = routes[(Math.max(round, 0) + offset) % routes.length] ?? 'bare';
      const rate = await rateOf(lines, requestFor(route, started.allowed));
      if (round >= 0) rates.get(route)?.push(rate);
    }
  }
  for (const line of lines) line.end();
  worker.postMessage('end');
  await once(worker, 'exit');
  const share = (route: string) =>
    median((rates.get(route) ?? []).map((rate, round) => rate / (rates.get('bare')?.[round] ?? 0)));
  const ours = share('ours');
  const perSecond = (route: string) => `${Math.round(median(rates.get(route) ?? []))}/s`;
  const peers = ['map', 'casbin', 'jwt'].map((route) => `${route} ${share(route).toFixed(2)}`).join(' · ');
  return {
    op: `P4 guarded route on ${platform}, over the same route without a guard (ratio: of requests a second)`,
    ours: perSecond('ours'),
    peer: `bare ${perSecond('bare')}; guards of ${peers}`,
    ratio: times(ours),
    goal: `≥ ${goal}`,
    reached: ours >= goal,
  };
}

/** Who may is let in by all, who may not by none of the guards. */
async function assertSame(line: Line, { allowed, denied }: Started): Promise<void> {
  for (const route of routes) {
    assert.equal(await line.ask(requestFor(route, allowed)), 200, route);
    assert.equal(await line.ask(requestFor(route, denied)), route === 'bare' ? 200 : 403, route);
  }
}

async function rateOf(lines: readonly Line[], request: string): Promise<number> {
  const from = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      for (let left = requestsARound / connections; left > 0; left--) {
        assert.equal(await line.ask(request), 200);
      }
    }),
  );
  return (requestsARound / (performance.now() - from)) * 1_000;
}

function requestFor(route: string, headers: Started['allowed']): string {
  const sent = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /${route}/backend HTTP/1.1\r\nhost: localhost\r\n${sent.join('')}\r\n`;
}

/** One kept connection, one request at a time: a client that costs little beside the app. */
class Line {
  readonly #socket: Socket;
  #answer: ((status: number) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).on('data', (answer) => this.#answer?.(Number(answer.toString('latin1', 9, 12))));
  }

  static async to(port: number): Promise<Line> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Line(socket);
  }

  ask(request: string): Promise<number> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#socket.write(request);
    });
  }

  end(): void {
    this.#socket.destroy();
  }
}
