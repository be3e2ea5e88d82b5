import type { Change } from '../ports/access.js';

/** The version of an organization that is gone: above every one it had. */
export const DELETED = Number.MAX_SAFE_INTEGER;

/** What one transaction has touched so far, by organization. */
export class Touched {
  readonly #members = new Map<string, Set<string> | 'all'>();

  touch(organization: string, members: readonly string[] | 'all'): void {
    const before = this.#members.get(organization);
    if (members === 'all' || before === 'all') this.#members.set(organization, 'all');
    else this.#members.set(organization, new Set([...(before ?? []), ...members]));
  }

  get organizations(): readonly string[] {
    return [...this.#members.keys()];
  }

  changes(versions: ReadonlyMap<string, number>): readonly Change[] {
    return [...this.#members].map(([organization, members]) => ({
      organization,
      members: members === 'all' ? members : [...members],
      version: versions.get(organization) ?? DELETED,
    }));
  }
}
