import { Injectable } from '@nestjs/common';
import type { DirectoryFilter } from '@idp-roles/store';
import { ScimRefusal } from './scim-refusal.js';

/** Of one directory on one instance: connections to the database are left for everybody else. */
const AT_ONCE = 2;

/** Filters that no index answers look at a whole directory: of each directory, few run at a time. */
@Injectable()
export class WideSearches {
  readonly #running = new Map<string, number>();

  /** Throws 429 where too many of this directory run already; who asks by what is indexed is never refused. */
  async run<T>(
    directory: string,
    filter: DirectoryFilter<string> | undefined,
    search: () => Promise<T>,
  ): Promise<T> {
    if (filter === undefined || !isWide(filter)) return search();
    const running = this.#running.get(directory) ?? 0;
    if (running >= AT_ONCE) throw ScimRefusal.tooMany(1_000);
    this.#running.set(directory, running + 1);
    try {
      return await search();
    } finally {
      const left = (this.#running.get(directory) ?? 1) - 1;
      if (left > 0) this.#running.set(directory, left);
      else this.#running.delete(directory);
    }
  }
}

const INDEXED: ReadonlySet<string> = new Set(['eq', 'sw', 'gt', 'ge', 'lt', 'le']);

function isWide(filter: DirectoryFilter<string>): boolean {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.some(isWide);
    case 'some':
      return isWide(filter.filter);
    default:
      return !INDEXED.has(filter.op);
  }
}
