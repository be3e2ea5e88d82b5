import { readdirSync, readFileSync } from 'node:fs';
import type { Json } from '../scim/scim-client.js';

/** What a vendor sends and must be answered, with ids of the server's as `{{name}}`. `README.md` explains the fields. */
export interface Recording {
  readonly name: string;
  readonly source: { readonly title: string; readonly section: string; readonly note?: string };
  readonly quirks: readonly string[];
  readonly mappings?: readonly Json[];
  readonly before?: {
    readonly people?: readonly string[];
    /** Nothing of them is known but the userName. */
    readonly bare?: boolean;
    readonly groups?: Readonly<Record<string, readonly string[]>>;
  };
  readonly exchanges: readonly (Exchange | { readonly then: Holds })[];
  readonly after?: Holds;
}

export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number | readonly number[];
    /** All of this is in it, and arrays are as long. */
    readonly body?: Json;
    readonly absent?: readonly string[];
    /** Nothing in `Resources`. */
    readonly empty?: boolean;
    /** Name → where in the body the value to remember stands. */
    readonly keep?: Readonly<Record<string, string>>;
  };
}

/** What must hold; null: there is none. */
export interface Holds {
  readonly users?: Readonly<Record<string, Json | null>>;
  /** The userNames of all members, sorted. */
  readonly groups?: Readonly<Record<string, readonly string[] | null>>;
  readonly members?: Readonly<Record<string, { readonly status: string; readonly roles: readonly string[] }>>;
}

const folder = new URL('./', import.meta.url);

export function recordings(): readonly Recording[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: vendor }) =>
      readdirSync(new URL(`${vendor}/`, folder))
        .filter((file) => file.endsWith('.json'))
        .map((file) => {
          const written = readFileSync(new URL(`${vendor}/${file}`, folder), 'utf8');
          return { ...(JSON.parse(written) as Omit<Recording, 'name'>), name: `${vendor}/${file}` };
        }),
    )
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}
