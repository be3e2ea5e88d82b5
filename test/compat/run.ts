import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Scripts that a child starts find this process's Node first, whatever `node` is outside. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
  NODE_OPTIONS: undefined,
};

/** What a command said on both streams, or an error that holds it. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

export const node = (cwd: string, args: readonly string[]): Promise<Said> => say(process.execPath, cwd, args);

/** The npm in PATH, by its own first line: a distribution's npm may run on that distribution's Node only. */
export const npm = (cwd: string, args: readonly string[]): Promise<Said> =>
  say('npm', cwd, ['--loglevel=error', ...args]);

async function say(command: string, cwd: string, args: readonly string[]): Promise<Said> {
  try {
    return await run(command, args, { cwd, env: environment, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & Partial<Said>;
    const shown = args.map((arg) => (arg.length > 80 ? `…${arg.slice(-40)}` : arg)).join(' ');
    throw new Error(`\`${command} ${shown}\` in ${cwd} failed\n${stdout}\n${stderr || message}`);
  }
}
