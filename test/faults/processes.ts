import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultServerConditions } from 'vite';

const conditions = ['@idp-roles/source', ...defaultServerConditions];

export interface Bundled {
  start(...args: readonly string[]): ChildProcess;
  remove(): Promise<void>;
}

/** Bundled once: a process then starts in a moment, from the sources as they are. */
export async function bundled(script: 'load' | 'open-and-die'): Promise<Bundled> {
  const folder = await mkdtemp(join(tmpdir(), 'idp-roles-faults-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      rolldownOptions: {
        input: { main: fileURLToPath(new URL(`./processes/${script}.ts`, import.meta.url)) },
      },
    },
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
  });
  return {
    start: (...args) =>
      spawn(process.execPath, [join(folder, 'main.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] }),
    remove: () => rm(folder, { recursive: true }),
  };
}
