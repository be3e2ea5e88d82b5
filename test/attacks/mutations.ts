/**
 * `node test/attacks/mutations.ts [word…]`: takes each check of L2 out of the sources, as they are loaded and one at a time, and says
 * which cases notice. Fails where none does, and where a check is not found in the sources any more.
 */
import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner, defaultServerConditions, type Plugin } from 'vite';

type List = typeof import('./mutation-list.js');
type Run = typeof import('./mutation-run.js');
const switchedOff = globalThis as { withoutCheck?: string };

const root = fileURLToPath(new URL('../..', import.meta.url));
const found = new Set<string>();
const conditions = ['@idp-roles/source', ...defaultServerConditions];

/** `file` of the list, as the loader names it. */
const pathOf = (file: string) => `${root}libs/${file.replace('/', '/src/')}`;

async function loader(plugins: Plugin[]) {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { middlewareMode: true, watch: null, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } } as never,
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    plugins,
  });
  return { server, load: createServerModuleRunner(server.environments.ssr, { hmr: false }) };
}

function switches(mutations: List['mutations']): Plugin {
  return {
    name: 'switches',
    enforce: 'pre',
    transform(code, id) {
      let changed = code;
      for (const { check, protocol, edits } of mutations)
        for (const { file, find, without } of edits) {
          if (id.split('?')[0] !== pathOf(file)) continue;
          const off = `(globalThis.withoutCheck === ${JSON.stringify(`${protocol}: ${check}`)})`;
          if (changed.split(find).length !== 2) continue;
          found.add(`${file} ${find}`);
          changed = changed.replace(find, () => without.replaceAll('OFF', off));
        }
      return changed;
    },
  };
}

const first = await loader([]);
const { mutations } = (await first.load.import(`${root}test/attacks/mutation-list.ts`)) as List;
await first.load.close();
await first.server.close();

const { server, load } = await loader([switches(mutations)]);
const { startBench } = (await load.import(`${root}test/attacks/mutation-run.ts`)) as Run;
const bench = await startBench();
const words = process.argv.slice(2);
const wanted = mutations.filter(
  ({ check, protocol }) => words.length === 0 || words.some((word) => `${protocol}: ${check}`.includes(word)),
);
let unnoticed = 0;
let letIn = 0;
for (const mutation of wanted) {
  const name = `${mutation.protocol}: ${mutation.check}`;
  switchedOff.withoutCheck = name;
  let noticed = await bench.noticed(mutation);
  if (noticed.length === 0 && mutation.behind === undefined) noticed = await bench.noticed(mutation, true);
  switchedOff.withoutCheck = undefined;
  const entered = noticed.filter(
    ({ gotIn, wrong }) => gotIn && wrong.some((each) => each.includes('got in')),
  );
  const [example] = [...entered, ...noticed];
  if (entered.length > 0) letIn++;
  if (example) {
    const what = entered.length > 0 ? `${entered.length} got in` : 'refused otherwise';
    console.log(`${name}: ${noticed.length} cases (${what}), e.g. ${example.class}, ${example.name}`);
  } else {
    if (mutation.behind === undefined) unnoticed++;
    console.log(`${name}: NONE${mutation.behind === undefined ? '' : `, as expected: ${mutation.behind}`}`);
  }
}
const lost = mutations.flatMap(({ check, protocol, edits }) =>
  edits
    .filter(({ file, find }) => !found.has(`${file} ${find}`))
    .map(({ file, find }) => `${protocol}: ${check} (${file}: ${find})`),
);
for (const each of lost) console.log(`NOT FOUND: ${each}`);
console.log(
  `${wanted.length} checks taken out: ${unnoticed} unnoticed, ${letIn} let somebody in, ${lost.length} not found`,
);
await bench.close();
await load.close();
await server.close();
process.exitCode = unnoticed + lost.length > 0 ? 1 : 0;
