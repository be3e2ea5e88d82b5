import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** `tsc -b` leaves behind what a source that is gone had become, and npm would pack it: takes it out of a package's `dist`. */
export function dropStale(folder: string): void {
  for (const path of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
    const [, stem] = /^(.+?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(path) ?? [];
    if (stem !== undefined && !existsSync(join(folder, 'src', `${stem}.ts`)))
      rmSync(join(folder, 'dist', path));
  }
}
