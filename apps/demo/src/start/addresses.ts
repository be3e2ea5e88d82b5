import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '../environment.js';

/** Rejects with the variable to set where another program has the port: before anything is made for it. */
export function untaken(port: number, host: string | undefined, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${port} is taken; set ${variable} to one that is free`)
          : error,
      ),
    );
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/**
 * What connections of a data folder are registered with cannot follow a change of ports: says so where the folder was
 * made for other addresses. Undefined where it fits.
 */
export function foreignFolder({ dataDir, baseUrl, simulatorUrl }: Environment): string | undefined {
  const file = join(dataDir, 'made-for');
  const now = [baseUrl, simulatorUrl].filter((url) => url !== undefined).join(' ');
  try {
    writeFileSync(file, `${now}\n`, { flag: 'wx', mode: 0o600 });
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const [appThen, idpThen] = readFileSync(file, 'utf8').trim().split(' ');
  if (appThen === baseUrl && (idpThen === simulatorUrl || !simulatorUrl || !idpThen)) return undefined;
  return (
    `  This data folder was made for ${[appThen, idpThen].filter(Boolean).join(' and ')}; ` +
    `sign-in works there only. Set PORT and SIMULATOR_PORT to those, or remove ${dataDir}.`
  );
}
