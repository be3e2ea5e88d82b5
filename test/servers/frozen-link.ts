import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to the server of `url` that can fall silent, without closing, as a lost route does. */
export async function aFrozenLink(url: string) {
  const to = new URL(url);
  const host = to.searchParams.get('host') ?? to.hostname;
  const port = Number(to.port || 5432);
  const open = new Set<Socket>();
  let frozen = false;
  let held: (() => void)[] | undefined;
  const server = createServer((near) => {
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('data', (chunk) => {
        if (held) held.push(() => into.write(chunk));
        else if (!frozen) into.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        open.delete(from);
        if (!frozen) into.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.searchParams.delete('host');
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    freeze: () => void (frozen = true),
    /** What was open stays silent for good; new connections get through. */
    thaw: () => {
      frozen = false;
      for (const socket of open) socket.destroy();
    },
    /** What comes now arrives when it is released. */
    hold: () => void (held = []),
    release: () => {
      for (const pass of held ?? []) pass();
      held = undefined;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
