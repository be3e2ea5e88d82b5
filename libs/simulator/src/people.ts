import { createHmac } from 'node:crypto';
import { SimulatorError } from './error.js';
import type { NewPerson, Person, PersonEdit } from './person.js';
import { checkPerson, editableFields, personFields } from './person.js';

/** The people of one simulator. What it hands out is frozen; only `edit` and `add` change anything. */
export class People {
  readonly #byLogin = new Map<string, Person>();
  readonly #removed: Set<string>;
  readonly #subjectSecret: string;

  constructor(
    people: readonly NewPerson[],
    subjectSecret: string,
    private readonly changed: () => void,
    removed: readonly string[] = [],
  ) {
    this.#removed = new Set(removed);
    this.#subjectSecret = subjectSecret;
    for (const person of people) this.#add(person);
  }

  list(): readonly Person[] {
    return [...this.#byLogin.values()];
  }

  find(login: string): Person | undefined {
    return this.#byLogin.get(login);
  }

  /** @throws SimulatorError `person-unknown` */
  get(login: string): Person {
    const person = this.find(login);
    if (!person) {
      const known = [...this.#byLogin.keys()].join(', ');
      throw new SimulatorError('person-unknown', `no person \`${login}\`; known are ${known}`);
    }
    return person;
  }

  withSubject(subject: string): Person | undefined {
    return this.list().find((person) => person.subject === subject);
  }

  /**
   * Takes effect at the person's next sign-in, as with any IdP; the subject stays.
   * @throws SimulatorError `person-unknown`, `person-invalid`
   */
  edit(login: string, edit: PersonEdit): Person {
    const before = this.get(login);
    checkPerson(edit, editableFields);
    const edited = this.#keep({
      ...before,
      name: edit.name ?? before.name,
      email: edit.email ?? before.email,
      emailVerified: edit.emailVerified ?? before.emailVerified,
      active: edit.active ?? before.active,
      groups: edit.groups ?? before.groups,
      department: edit.department === undefined ? before.department : (edit.department ?? undefined),
    });
    this.changed();
    return edited;
  }

  /** @throws SimulatorError `person-exists`, `person-invalid` */
  add(person: NewPerson): Person {
    const added = this.#add(person);
    this.changed();
    return added;
  }

  /** Who is removed stays so after a restart, until added again. @throws SimulatorError `person-unknown` */
  remove(login: string): void {
    this.get(login);
    this.#byLogin.delete(login);
    this.#removed.add(login);
    this.changed();
  }

  removed(): readonly string[] {
    return [...this.#removed];
  }

  /** Every group that anybody is in: what a page offers to tick. */
  knownGroups(): readonly string[] {
    return [...new Set(this.list().flatMap((person) => person.groups))].toSorted();
  }

  #add(person: NewPerson): Person {
    checkPerson({ ...person, login: person.login ?? null }, personFields);
    if (this.find(person.login)) {
      throw new SimulatorError(
        'person-exists',
        `there is a person \`${person.login}\` already; edit them instead`,
      );
    }
    this.#removed.delete(person.login);
    const email = person.email ?? `${person.login}@acme.test`;
    return this.#keep({
      login: person.login,
      subject: person.subject ?? this.#subjectOf(person.login),
      name: person.name ?? person.login,
      email,
      emailVerified: person.emailVerified ?? true,
      active: person.active ?? true,
      groups: person.groups ?? [],
      department: person.department,
      organization: person.organization ?? this.#organizationAt(domainOf(email)),
    });
  }

  #organizationAt(domain: string): string | undefined {
    return this.list().find(({ email, organization }) => organization && domainOf(email) === domain)
      ?.organization;
  }

  #subjectOf(login: string): string {
    return createHmac('sha256', this.#subjectSecret).update(login).digest('base64url').slice(0, 24);
  }

  #keep(person: Person): Person {
    const kept = Object.freeze({
      ...person,
      groups: Object.freeze([...new Set(person.groups)]),
      department: person.department || undefined,
    });
    this.#byLogin.set(kept.login, kept);
    return kept;
  }
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}
