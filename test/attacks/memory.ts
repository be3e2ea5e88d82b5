/**
 * `node --expose-gc test/attacks/memory.ts`: memory after 10 000 refused answers, of which each class has its share, against memory after
 * the first 2 000. Everything is in one process: app, browser and provider.
 */
import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner, defaultServerConditions } from 'vite';

type Run = typeof import('./memory-run.js');

const root = fileURLToPath(new URL('../..', import.meta.url));
const conditions = ['@idp-roles/source', ...defaultServerConditions];
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, watch: null, hmr: false, ws: false },
  optimizeDeps: { noDiscovery: true },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } } as never,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
});
const load = createServerModuleRunner(server.environments.ssr, { hmr: false });
const { refuseMany } = (await load.import(`${root}test/attacks/memory-run.ts`)) as Run;

const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new Error('start it with `node --expose-gc`');
const figures: { refused: number; rss: number; heap: number }[] = [];
await refuseMany(10_000, async (refused) => {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const figure = { refused, rss: Math.round(rss / 1e6), heap: Math.round((heapUsed + external) / 1e6) };
  figures.push(figure);
  console.log(`after ${refused} refused: ${figure.rss} MB resident, ${figure.heap} MB in use`);
});
const [base, last] = [figures[1]!, figures.at(-1)!];
console.log(
  `from ${base.refused} to ${last.refused}: ${last.rss - base.rss} MB resident, ${last.heap - base.heap} MB in use`,
);
process.exitCode = last.rss - base.rss > 50 ? 1 : 0;
await load.close();
await server.close();
