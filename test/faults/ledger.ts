import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, nobody, type Deed, type Person } from './person.js';

type Line =
  | { readonly writer: number; readonly begun: Deed }
  | { readonly writer: number; readonly done: Deed; readonly ms: number }
  | { readonly writer: number; readonly away: string; readonly ms: number }
  | { readonly writer: number; readonly defect: string; readonly ms: number };

interface Entry {
  /** By every deed that was acknowledged, and each that was cut off done or not. */
  persons: readonly Person[];
  /** Begun and not acknowledged: it may have happened or not. */
  open: Deed | undefined;
  /** Of the last sign-in that was acknowledged. */
  session: string | undefined;
}

/** What a load was told, kept by who is not killed with it. */
export class Ledger {
  readonly entries: Entry[];
  readonly defects: string[] = [];
  acknowledged = 0;
  refusals = 0;
  longestMs = 0;

  constructor(writers: number) {
    this.entries = Array.from({ length: writers }, () => ({
      persons: [nobody],
      open: undefined,
      session: undefined,
    }));
  }

  /** Resolves once the load has ended and all it said is written down. */
  async keep(load: ChildProcess): Promise<void> {
    const ended = once(load, 'close');
    for await (const line of createInterface({ input: load.stdout! })) {
      // A process that is killed may leave half a line, which then acknowledged nothing.
      if (line.endsWith('}')) this.#write(JSON.parse(line) as Line);
    }
    await ended;
  }

  #write(line: Line): void {
    const entry = this.entries[line.writer]!;
    if ('begun' in line) {
      // Of one that was cut off before nobody knows, until the state is looked at.
      entry.persons = this.possible(line.writer);
      entry.open = line.begun;
      return;
    }
    this.longestMs = Math.max(this.longestMs, line.ms);
    if ('defect' in line) this.defects.push(line.defect);
    if ('away' in line) this.refusals++;
    if (!('done' in line)) return;
    this.acknowledged++;
    entry.persons = distinct(entry.persons.map((person) => after(person, line.done)));
    entry.open = undefined;
    if (line.done.do === 'sign-in') entry.session = line.done.session;
  }

  /** What may be true of a writer's person now. */
  possible(writer: number): readonly Person[] {
    const { persons, open } = this.entries[writer]!;
    if (open === undefined) return persons;
    return distinct([...persons, ...persons.map((person) => after(person, open))]);
  }

  /** What turned out to be true: the next load begins here. */
  settle(writer: number, person: Person): void {
    const entry = this.entries[writer]!;
    entry.persons = [person];
    entry.open = undefined;
  }
}

function distinct(persons: readonly Person[]): readonly Person[] {
  return [...new Map(persons.map((person) => [JSON.stringify(person), person])).values()];
}
