import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../src/environment.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'idp-roles-environment-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the demo’s environment', () => {
  it('D5: makes a secret once in development and keeps it where only this user reads it', () => {
    const first = readEnvironment({ DATA_DIR: folder });
    expect(readEnvironment({ DATA_DIR: folder })).toEqual(first);
    expect(readFileSync(join(folder, 'secret'), 'utf8').trim()).toBe(first.secret);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
    expect(first.secret.length).toBeGreaterThanOrEqual(32);
  });

  it('D5: refuses to start in production without one, and says how to make it', () => {
    const production = { DATA_DIR: folder, NODE_ENV: 'production', IDP_ROLES_SERVICE_KEY: 'x'.repeat(32) };
    expect(() => readEnvironment(production)).toThrow(
      /IDP_ROLES_SECRET is not set; make one with `openssl rand/,
    );
    const { secret } = readEnvironment({ ...production, IDP_ROLES_SECRET: 's'.repeat(40) });
    expect(secret).toBe('s'.repeat(40));
  });

  it.each(['0', '70000', 'http', '-1', '3000.5'])(
    'refuses `%s` as a port, and names the variable',
    (port) => {
      expect(() => readEnvironment({ DATA_DIR: folder, SIMULATOR_PORT: port })).toThrow('SIMULATOR_PORT');
    },
  );
});
