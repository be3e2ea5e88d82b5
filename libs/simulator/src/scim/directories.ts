import { SimulatorError } from '../error.js';
import type { ScimPerson } from './scim-person.js';

/** A SCIM endpoint of an application, for the people of one organization. */
export interface ScimDirectory {
  /** As the people's `organization`. */
  readonly organization: string;
  /** `/Users` and `/Groups` are below it. */
  readonly baseUrl: string;
  readonly token: string;
  /** Edits on the page and by the API are pushed as they are made; else when asked. */
  readonly automatic?: boolean;
}

/** What the directory was told, under the ids that it gave. */
export interface Told {
  readonly users: Map<string, { readonly id: string; readonly last: ScimPerson }>;
  /** By name; members by login. */
  readonly groups: Map<string, { readonly id: string; readonly members: Set<string> }>;
  /** Everybody was pushed once. */
  begun: boolean;
}

export interface ArchivedDirectory extends ScimDirectory {
  readonly begun: boolean;
  readonly users: readonly { readonly login: string; readonly id: string; readonly last: ScimPerson }[];
  readonly groups: readonly {
    readonly name: string;
    readonly id: string;
    readonly members: readonly string[];
  }[];
}

interface Kept {
  directory: Required<ScimDirectory>;
  told: Told;
}

/** Directories that are pushed to, one an organization. */
export class ScimDirectories {
  readonly #kept = new Map<string, Kept>();

  constructor(
    archived: readonly ArchivedDirectory[],
    private readonly changed: () => void,
  ) {
    for (const { begun, users, groups, ...directory } of archived) {
      this.#keep(directory, {
        begun,
        users: new Map(users.map(({ login, ...user }) => [login, user])),
        groups: new Map(groups.map(({ name, id, members }) => [name, { id, members: new Set(members) }])),
      });
    }
  }

  list(): readonly Required<ScimDirectory>[] {
    return [...this.#kept.values()].map(({ directory }) => directory);
  }

  find(organization: string | undefined): Required<ScimDirectory> | undefined {
    return organization === undefined ? undefined : this.#kept.get(organization)?.directory;
  }

  /** @throws SimulatorError `directory-unknown` */
  get(organization: string): Required<ScimDirectory> {
    return this.#of(organization).directory;
  }

  told(organization: string): Told {
    return this.#of(organization).told;
  }

  /**
   * Adds a directory, or replaces that of the same organization. At the same base URL what it was told is remembered, elsewhere begun
   * anew. @throws SimulatorError `directory-invalid`, with every problem
   */
  register(directory: ScimDirectory): void {
    const known = this.#kept.get(directory.organization);
    const same = known?.directory.baseUrl === withoutSlash(directory.baseUrl);
    this.#keep(
      { automatic: known?.directory.automatic, ...directory },
      same && known ? known.told : { users: new Map(), groups: new Map(), begun: false },
    );
    this.changed();
  }

  /** What the application has stays there. @throws SimulatorError `directory-unknown` */
  remove(organization: string): void {
    this.#of(organization);
    this.#kept.delete(organization);
    this.changed();
  }

  archived(): readonly ArchivedDirectory[] {
    return [...this.#kept.values()].map(({ directory, told }) => ({
      ...directory,
      begun: told.begun,
      users: [...told.users].map(([login, user]) => ({ login, ...user })),
      groups: [...told.groups].map(([name, { id, members }]) => ({ name, id, members: [...members] })),
    }));
  }

  #of(organization: string): Kept {
    const kept = this.#kept.get(organization);
    if (kept) return kept;
    const known = [...this.#kept.keys()].join(', ') || 'none';
    throw new SimulatorError(
      'directory-unknown',
      `no directory for \`${organization}\`; known are ${known}; register its base URL and token first`,
    );
  }

  #keep({ organization, baseUrl, token, automatic }: ScimDirectory, told: Told): void {
    const problems = [
      !(typeof organization === 'string' && organization.trim()) &&
        'organization: text that is not empty, as people have it',
      !isBaseUrl(baseUrl) && 'baseUrl: an http(s) URL without query and fragment',
      !(typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) && 'token: printable ASCII without blanks',
      !(automatic === undefined || typeof automatic === 'boolean') && 'automatic: true or false',
    ].filter((problem) => problem !== false);
    if (problems.length) throw new SimulatorError('directory-invalid', problems.join('; '));
    const directory = { organization, baseUrl: withoutSlash(baseUrl), token, automatic: automatic ?? false };
    this.#kept.set(organization, { directory: Object.freeze(directory), told });
  }
}

const withoutSlash = (url: string): string => (typeof url === 'string' ? url.replace(/\/+$/, '') : url);

const isBaseUrl = (text: unknown): boolean =>
  typeof text === 'string' &&
  URL.canParse(text) &&
  /^https?:$/.test(new URL(text).protocol) &&
  !/[?#]/.test(text);
