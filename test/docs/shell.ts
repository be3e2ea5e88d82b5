import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const standIn = fileURLToPath(new URL('./curl.mjs', import.meta.url));

/**
 * Runs the blocks of a page one after the other, as somebody would who pastes them: in one folder, with the variables of
 * the blocks before. Uses the machine's curl, and a stand-in where it has none.
 */
export class Shell {
  readonly #folder = mkdtempSync(join(tmpdir(), 'idp-roles-docs-'));
  variables: Record<string, string>;

  constructor(environment: Record<string, string>) {
    const bin = join(this.#folder, 'curl');
    writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${standIn}" "$@"\n`);
    chmodSync(bin, 0o755);
    writeFileSync(join(this.#folder, '.curlrc'), 'write-out = "%{stderr}%{http_code}\\n"\n');
    const path = [dirname(process.execPath), process.env['PATH'], this.#folder].join(':');
    this.variables = { ...environment, PATH: path, HOME: this.#folder };
  }

  /** What the block printed: of the last curl in it, body and status. */
  async run(block: string): Promise<{ readonly body: string; readonly status: string }> {
    const script = `set -ae\n${block}\nenv -0 > .variables\n`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script], {
      cwd: this.#folder,
      env: this.variables,
    });
    const lines = readFileSync(join(this.#folder, '.variables'), 'utf8').split('\0').filter(Boolean);
    this.variables = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    return { body: stdout, status: stderr.trim().slice(-3) };
  }

  /** `$NAME` of this shell in a text. */
  expand(text: string): string {
    return text.replace(/\$(\w+)/g, (_, name: string) => this.variables[name] ?? '');
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
