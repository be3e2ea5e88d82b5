import type { IdpRolesOptions } from './options.js';

export interface OptionProblem {
  readonly path: string;
  readonly message: string;
}

/** Stops the start with everything that is wrong at once, each with its path. */
export class IdpRolesOptionsError extends Error {
  override readonly name = 'IdpRolesOptionsError';
  readonly code = 'options-invalid';
  constructor(readonly problems: readonly OptionProblem[]) {
    super(
      `the options of IdpRolesModule cannot be used:\n${problems.map((p) => `  ${p.path}: ${p.message}`).join('\n')}`,
    );
  }
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Throws `IdpRolesOptionsError`. `production` refuses what is only right on a developer's machine. */
export function validateOptions(
  options: IdpRolesOptions,
  production = process.env['NODE_ENV'] === 'production',
): IdpRolesOptions {
  const problems: OptionProblem[] = [];
  const say = (path: string, message: string) => problems.push({ path, message });
  if (options === null || typeof options !== 'object') {
    throw new IdpRolesOptionsError([
      { path: '', message: 'must be an object; check what the factory returns' },
    ]);
  }
  checkPublicUrl(options.publicUrl, production, say);
  checkSecrets(options.secret, production, say);
  if (options.serviceKey !== undefined && !/^[\x21-\x7e]{24,}$/.test(String(options.serviceKey))) {
    say('serviceKey', 'must be 24 characters or more of visible ASCII without spaces, or be left out');
  }
  if (options.serviceKey !== undefined && [options.secret].flat().includes(options.serviceKey)) {
    say('serviceKey', 'must differ from `secret`');
  }
  checkStore(options.store, say);
  checkNames('', options, Object.keys(NAMES), say);
  for (const [name, known] of Object.entries(NESTED)) {
    checkNames(`${name}.`, options[name as keyof typeof NESTED], known, say);
  }
  const { idleMs, absoluteMs } = options.session ?? {};
  for (const [name, value] of Object.entries({ idleMs, absoluteMs })) {
    if (value !== undefined && !(Number.isFinite(value) && value >= 60_000)) {
      say(`session.${name}`, 'must be milliseconds, 60000 or more');
    }
  }
  if (idleMs !== undefined && absoluteMs !== undefined && idleMs > absoluteMs) {
    say('session.idleMs', 'must not be longer than `session.absoluteMs`');
  }
  const { requestsPerSecond, burst } = options.scim ?? {};
  for (const [name, value] of Object.entries({ requestsPerSecond, burst })) {
    if (value !== undefined && !(Number.isFinite(value) && value >= 1)) {
      say(`scim.${name}`, 'must be a number, 1 or more');
    }
  }
  if (production && options.outbound?.allowLoopbackHttp) {
    say('outbound.allowLoopbackHttp', 'is for development; remove it where NODE_ENV is `production`');
  }
  if (problems.length > 0) throw new IdpRolesOptionsError(problems);
  return options;
}

/** As a compile-time check that none is forgotten, every option by name. */
const NAMES: Record<keyof IdpRolesOptions, true> = {
  publicUrl: true,
  store: true,
  ephemeral: true,
  secret: true,
  serviceKey: true,
  outbound: true,
  session: true,
  scim: true,
  allowResourceMappings: true,
  claimsCompleter: true,
  clock: true,
};

/** Options of options; TypeScript does not look for strangers in what a factory returns. */
const NESTED = {
  store: ['folder', 'url', 'schema', 'poolSize', 'migrations'],
  ephemeral: ['redisUrl'],
  session: ['idleMs', 'absoluteMs'],
  scim: ['requestsPerSecond', 'burst'],
  outbound: ['allowHosts', 'allowCidrs', 'ca', 'allowLoopbackHttp', 'timeoutMs', 'maxBodyBytes', 'resolve'],
} as const satisfies Partial<Record<keyof IdpRolesOptions, readonly string[]>>;

/** Plain objects only: an open store or a cache of the host's is a class of its own. */
function checkNames(at: string, given: unknown, known: readonly string[], say: Say): void {
  if (given === null || typeof given !== 'object' || Object.getPrototypeOf(given) !== Object.prototype)
    return;
  for (const name of Object.keys(given).filter((key) => !known.includes(key))) {
    say(at + name, `is not an option; there are \`${known.join('`, `')}\``);
  }
}

function checkStore(store: unknown, say: Say): void {
  const given = (store ?? {}) as { folder?: unknown; url?: unknown; transaction?: unknown };
  if (typeof given.transaction === 'function') return;
  if (typeof given.folder === 'string' && given.folder !== '') return;
  if (typeof given.url === 'string' && /^postgres(ql)?:\/\//.test(given.url)) return;
  say(
    'store',
    'must be `{ folder }`, a folder that the app may write to, or `{ url }`, which begins with postgres://, or a store that is open',
  );
}

type Say = (path: string, message: string) => void;

function checkPublicUrl(publicUrl: unknown, production: boolean, say: Say): void {
  const url = typeof publicUrl === 'string' && URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (!url) return say('publicUrl', 'must be a URL such as `https://app.example.com`');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return say('publicUrl', 'must begin with `https://`, or in development with `http://localhost`');
  }
  if (url.search || url.hash || url.username) say('publicUrl', 'must have no query, fragment or user');
  if (url.protocol === 'http:' && (production || !LOOPBACK.has(url.hostname))) {
    say('publicUrl', 'must be https; http is accepted for a loopback address in development only');
  }
}

function checkSecrets(secret: unknown, production: boolean, say: Say): void {
  const secrets = Array.isArray(secret) ? secret : [secret];
  if (secrets.length === 0 || secrets.some((s) => typeof s !== 'string' || s.length < 32)) {
    say(
      'secret',
      'must be a string of 32 characters or more, or a list of such; make one with `openssl rand -base64 32`',
    );
  }
  if (production && secrets.some((s) => String(s).startsWith('a development secret'))) {
    say('secret', 'is the one that the documentation prints; make your own with `openssl rand -base64 32`');
  }
}
