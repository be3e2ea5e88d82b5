import type { People } from '../people.js';
import type { Person } from '../person.js';
import type { Personality } from '../personality.js';
import { dialectOf } from './dialect-of.js';
import type { ScimDirectories, ScimDirectory } from './directories.js';
import { PushLog, type ScimPush } from './push-log.js';
import { ScimClient } from './scim-client.js';
import { synchronise } from './synchronise.js';

/** Whether an edit is pushed: as the directory's mode says, or because it was asked for. */
export type PushMode = 'automatic' | 'now';

/**
 * Tells applications by SCIM who there is and in which groups. As with any IdP a directory hears of everybody first, and of edits from
 * then on. Pushes are made one after the other.
 */
export class Provisioning {
  readonly log = new PushLog();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly directories: ScimDirectories,
    private readonly people: People,
    private readonly personality: () => Personality,
    private readonly keep: () => void,
  ) {}

  /** Everybody of the organization. @throws SimulatorError `directory-unknown` */
  async pushAll(organization: string): Promise<ScimPush> {
    const directory = this.directories.get(organization);
    return this.#inTurn(() => this.#everybody(directory));
  }

  /** One person; everybody where the directory has heard of nobody yet. @throws SimulatorError `person-unknown`, `directory-unknown` */
  async pushPerson(login: string): Promise<ScimPush> {
    const person = this.people.get(login);
    const directory = this.directories.get(person.organization ?? '');
    return this.#inTurn(() =>
      this.#hasBegun(directory) ? this.#onePerson(directory, login) : this.#everybody(directory),
    );
  }

  /**
   * Edits a person and pushes that. A directory that has heard of nobody yet is told first how things stood before the edit, so that what
   * the edit takes away was there. Undefined where nothing is pushed. @throws what `edit` throws, before anything of it is pushed
   */
  async follow(login: string, mode: PushMode, edit: () => void): Promise<ScimPush | undefined> {
    const directory = this.directories.find(this.people.get(login).organization);
    if (directory === undefined || (mode === 'automatic' && !directory.automatic)) {
      edit();
      return undefined;
    }
    return this.#inTurn(async () => {
      const begun = this.#hasBegun(directory) ? undefined : await this.#everybody(directory);
      edit();
      return begun?.delivered === false ? begun : this.#onePerson(directory, login);
    });
  }

  /** @throws SimulatorError `directory-unknown` */
  async setAutomatic(organization: string, automatic: boolean): Promise<ScimPush | undefined> {
    this.directories.register({ ...this.directories.get(organization), automatic });
    return automatic ? this.pushAll(organization) : undefined;
  }

  #hasBegun({ organization }: ScimDirectory): boolean {
    return this.directories.told(organization).begun;
  }

  async #everybody(directory: ScimDirectory): Promise<ScimPush> {
    const { organization } = directory;
    const people = this.people.list().filter((person) => person.organization === organization);
    const there = new Set(people.map(({ login }) => login));
    const told = this.directories.told(organization);
    const gone = [...told.users.keys()].filter((login) => !there.has(login));
    const push = await this.#push(directory, people, gone);
    // A directory that took some of it has heard of the others too: what it refused it may refuse for good.
    told.begun ||= push.exchanges.some(({ status }) => status >= 200 && status < 300);
    this.keep();
    return push;
  }

  async #onePerson(directory: ScimDirectory, login: string): Promise<ScimPush> {
    const person = this.people.find(login);
    return this.#push(directory, person ? [person] : [], person ? [] : [login], login);
  }

  async #push(
    directory: ScimDirectory,
    people: readonly Person[],
    gone: readonly string[],
    login?: string,
  ): Promise<ScimPush> {
    const { organization } = directory;
    const dialect = dialectOf(this.personality());
    const client = new ScimClient(directory, dialect);
    const told = this.directories.told(organization);
    const at = Date.now();
    const delivered = await synchronise({ client, dialect, told }, people, gone);
    const push: ScimPush = {
      organization,
      ...(login !== undefined && { login }),
      dialect: dialect.name,
      at,
      delivered,
      exchanges: client.exchanges,
    };
    this.log.add(push);
    this.keep();
    return push;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
