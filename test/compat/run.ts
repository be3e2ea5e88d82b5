import { execFile } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

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

function say(command: string, cwd: string, args: readonly string[]): Promise<Said> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { cwd, env: environment, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const line = [command, ...args]
          .map((arg) => (arg.length > 80 ? `…${arg.slice(-40)}` : arg))
          .join(' ');
        if (error) reject(new Error(`\`${line}\` in ${cwd} failed\n${stdout}\n${stderr || error.message}`));
        else resolve({ stdout, stderr });
      },
    );
  });
}
