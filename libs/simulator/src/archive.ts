import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SimulatorError } from './error.js';
import type { OidcClient } from './oidc/clients.js';
import type { NewPerson } from './person.js';
import type { Personality } from './personality.js';
import type { ArchivedDirectory } from './scim/directories.js';
import type { ServiceProvider } from './saml/service-providers.js';

/** What was edited at a simulator. Plain JSON; what it holds is checked by the registers it is given to. */
export interface Archived {
  readonly personality?: Personality;
  readonly people: readonly NewPerson[];
  /** Logins that the options may name, and nobody has any more. */
  readonly removed?: readonly string[];
  readonly clients: readonly OidcClient[];
  readonly serviceProviders: readonly ServiceProvider[];
  readonly directories?: readonly ArchivedDirectory[];
}

const nothing: Archived = { people: [], clients: [], serviceProviders: [] };

/** The text of a file, undefined if there is none. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces a file as a whole, readable by its owner only: a crash leaves the old one or the new one. */
export function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/** Keeps in a folder what was edited, so that people, registrations and personality outlive a restart. */
export class Archive {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'simulator-realm.json');
  }

  /** @throws SimulatorError `archive-unreadable` */
  read(): Archived {
    const text = readIfThere(this.#file);
    if (text === undefined) return nothing;
    try {
      const archived = JSON.parse(text) as Partial<Archived> | null;
      if (Array.isArray(archived?.people)) return { ...nothing, ...archived };
    } catch (cause) {
      throw new SimulatorError('archive-unreadable', `\`${this.#file}\` is not JSON; delete it`, { cause });
    }
    throw new SimulatorError('archive-unreadable', `\`${this.#file}\` holds no people; delete it`);
  }

  write(archived: Archived): void {
    replaceFile(this.#file, JSON.stringify(archived, null, 2));
  }
}
