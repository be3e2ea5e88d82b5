import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** All that the demo reads of its environment; the library reads none. */
export interface Environment {
  readonly production: boolean;
  readonly port: number;
  readonly baseUrl: string;
  readonly simulatorPort: number;
  /** Where the simulator is reached, by the host name of the app: a browser's cookies then count as one site's over http, too. */
  readonly simulatorUrl?: string;
  /** Loopback alone where the app is reached by loopback alone; undefined is every interface. */
  readonly host?: string;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly serviceKey: string;
  readonly secret: string;
}

/** `localhost` is 127.0.0.1 to a client that finds nobody at ::1. */
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1']);

/** Throws with what to set where a value is missing or makes no sense. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const production = env['NODE_ENV'] === 'production';
  const port = portOf(env['PORT'], 3000, 'PORT');
  const dataDir = resolve(env['DATA_DIR'] || '.data');
  const baseUrl = env['BASE_URL'] || `http://localhost:${port}`;
  if (!URL.canParse(baseUrl)) throw new Error(`BASE_URL is \`${baseUrl}\`, which is not a URL`);
  const { hostname } = new URL(baseUrl);
  const simulatorPort = portOf(env['SIMULATOR_PORT'], 3001, 'SIMULATOR_PORT');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return {
    production,
    port,
    baseUrl,
    host: LOOPBACK.has(hostname) ? '127.0.0.1' : undefined,
    simulatorPort,
    simulatorUrl: production ? undefined : `http://${hostname}:${simulatorPort}`,
    dataDir,
    databaseUrl: env['DATABASE_URL'] || undefined,
    redisUrl: env['REDIS_URL'] || undefined,
    serviceKey: kept('IDP_ROLES_SERVICE_KEY', 'service-key', env, dataDir, production),
    secret: kept('IDP_ROLES_SECRET', 'secret', env, dataDir, production),
  };
}

/** In development a secret is made once and kept beside the data that it encrypts. */
function kept(
  name: string,
  file: string,
  env: NodeJS.ProcessEnv,
  dataDir: string,
  production: boolean,
): string {
  const given = env[name];
  if (given) return given;
  if (production) {
    throw new Error(
      `${name} is not set; make one with \`openssl rand -base64 32\` and keep it: data is sealed with it`,
    );
  }
  const path = join(dataDir, file);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    const made = randomBytes(32).toString('base64url');
    writeFileSync(path, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  }
}

function portOf(text: string | undefined, fallback: number, name: string): number {
  if (!text) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`${name} is \`${text}\`, which is not a port`);
}
