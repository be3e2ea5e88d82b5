import type { Directory } from '@idp-roles/store';

const directories = new WeakMap<object, Directory>();

export function setDirectory(request: object, directory: Directory): void {
  directories.set(request, directory);
}

/** Whose token a request showed; undefined where none was verified. */
export function directoryOf(request: object): Directory | undefined {
  return directories.get(request);
}
