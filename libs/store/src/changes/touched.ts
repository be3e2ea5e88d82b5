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

  membersOf(organization: string): readonly string[] | 'all' {
    const members = this.#members.get(organization) ?? [];
    return members === 'all' ? members : [...members];
  }

  changes(versions: ReadonlyMap<string, number>): readonly Change[] {
    return this.organizations.map((organization) => ({
      organization,
      members: this.membersOf(organization),
      version: versions.get(organization) ?? DELETED,
    }));
  }
}
