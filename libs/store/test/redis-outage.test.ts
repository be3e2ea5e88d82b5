import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEphemeralStore } from '../src/ephemeral/open-ephemeral-store.js';

/** Speaks just enough of RESP to be connected to: every command is answered with OK, until it falls silent. */
async function aServer() {
  const sockets = new Set<Socket>();
  const state = { silent: false };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const commands = chunk.toString().match(/^\*\d+\r\n/gm)?.length ?? 0;
      if (!state.silent) socket.write('+OK\r\n'.repeat(commands));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  onTestFinished(stop);
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, stop, fallSilent: () => (state.silent = true) };
}

async function expectUnavailable(promise: Promise<unknown>, withinMs: number): Promise<void> {
  const began = performance.now();
  await expect(promise).rejects.toMatchObject({ code: 'store-unavailable', cause: expect.any(Error) });
  expect(performance.now() - began).toBeLessThan(withinMs);
}

describe('D6: a cache that is away', () => {
  it('stops the start', async () => {
    const { url, stop } = await aServer();
    stop();
    await expectUnavailable(openEphemeralStore({ redis: url }), 1_500);
  });

  it('refuses every call at once after its connection broke, and never looks like a miss', async () => {
    const { url, stop } = await aServer();
    const store = await openEphemeralStore({ redis: url });
    onTestFinished(() => store.close());
    await store.set('a', 1, 1_000);
    stop();
    await new Promise((done) => setTimeout(done, 50));
    await expectUnavailable(store.get('a'), 500);
    await expectUnavailable(store.set('a', 1, 1_000), 500);
    await expectUnavailable(store.add('a', 1_000), 500);
    await expectUnavailable(store.delete('a'), 500);
    await expectUnavailable(store.ping(), 500);
  });

  it('refuses within seconds where it falls silent', async () => {
    const { url, fallSilent } = await aServer();
    const store = await openEphemeralStore({ redis: url });
    onTestFinished(() => store.close());
    fallSilent();
    await expectUnavailable(store.get('a'), 3_000);
  });
});
