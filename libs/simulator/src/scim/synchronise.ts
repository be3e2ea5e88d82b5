import type { Person } from '../person.js';
import type { Dialect, ScimMember } from './dialect.js';
import type { Told } from './directories.js';
import type { ScimClient } from './scim-client.js';
import { scimPerson, type ScimPerson } from './scim-person.js';
import type { ScimAnswer, ScimRequest } from './scim-request.js';

interface Parts {
  readonly client: ScimClient;
  readonly dialect: Dialect;
  readonly told: Told;
}

/** The directory did not take something. What follows from it is left for the next push; the rest goes on. */
class NotTaken extends Error {
  constructor(readonly answer: ScimAnswer) {
    super(`answered ${answer.status}`);
  }

  /** Nobody is there, or nobody who knows us: asking on would only say it again. */
  get isHopeless(): boolean {
    return this.answer.status === 0 || this.answer.status === 401;
  }
}

/**
 * Tells the directory what these people are now, first themselves and then their groups, and that `gone` left. Asks for what it does not
 * know, sends only what differs from what it said before. True where all of it was taken.
 */
export async function synchronise(
  parts: Parts,
  people: readonly Person[],
  gone: readonly string[] = [],
): Promise<boolean> {
  const { told } = parts;
  const logins = new Set(people.map(({ login }) => login));
  const groups = new Set(people.flatMap((person) => person.groups));
  for (const [name, { members }] of told.groups) {
    if ([...members].some((login) => logins.has(login))) groups.add(name);
  }
  const steps = [
    ...gone.map((login) => () => removePerson(parts, login)),
    ...people.map((person) => () => putPerson(parts, person)),
    ...[...groups].toSorted().map((name) => () => putMembers(parts, name, people)),
  ];
  let taken = true;
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      taken = false;
      if (error.isHopeless) return false;
    }
  }
  return taken;
}

async function putPerson(parts: Parts, person: Person): Promise<void> {
  const { client, dialect, told } = parts;
  const known = told.users.get(person.login);
  const wanted = scimPerson(person, dialect, known?.last.externalId);
  if (known === undefined) {
    const found = await find(parts, dialect.findUser(wanted.userName), 'userName', wanted.userName);
    if (found !== undefined) return update(parts, person, found, wanted, unlike(wanted));
    const made = must(await client.send(dialect.createUser(wanted)));
    told.users.set(person.login, { id: idOf(made), last: wanted });
    return;
  }
  if (JSON.stringify(known.last) === JSON.stringify(wanted)) return;
  try {
    await update(parts, person, known.id, wanted, known.last);
  } catch (error) {
    if (!(error instanceof NotTaken) || error.answer.status !== 404) throw error;
    forget(told, person.login);
    await putPerson(parts, person);
  }
}

/** Of somebody whom the directory had before us nothing is known: all is sent. */
function unlike(wanted: ScimPerson): ScimPerson {
  return { externalId: '', userName: '', givenName: '', displayName: '', active: !wanted.active };
}

async function update(
  { client, dialect, told }: Parts,
  { login }: Person,
  id: string,
  wanted: ScimPerson,
  last: ScimPerson,
): Promise<void> {
  const samePerson = JSON.stringify({ ...wanted, active: last.active }) === JSON.stringify(last);
  const reads = dialect.readsFirst && !samePerson;
  const current = reads ? must(await client.send({ method: 'GET', path: `/Users/${id}` })) : undefined;
  for (const request of dialect.updateUser(id, wanted, last, current?.body)) must(await client.send(request));
  told.users.set(login, { id, last: wanted });
}

async function removePerson({ client, dialect, told }: Parts, login: string): Promise<void> {
  const known = told.users.get(login);
  if (known === undefined) return;
  for (const request of dialect.removeUser(known.id, known.last)) {
    const answer = await client.send(request);
    if (answer.status !== 404) must(answer);
  }
  forget(told, login);
}

/** Only these people's membership is looked at; whoever else is in the group stays as told. */
async function putMembers(parts: Parts, name: string, people: readonly Person[]): Promise<void> {
  const { dialect, client, told } = parts;
  const wanted = people.filter((person) => person.groups.includes(name) && told.users.has(person.login));
  const known = told.groups.get(name);
  const { group, isNew } = known ? { group: known, isNew: false } : await openGroup(parts, name, wanted);
  const add = wanted.filter(({ login }) => !group.members.has(login));
  const remove = people.filter(({ login, groups }) => group.members.has(login) && !groups.includes(name));
  if (add.length === 0 && remove.length === 0) return;
  const change = { displayName: name, add: asMembers(told, add), remove: asMembers(told, remove), isNew };
  for (const request of dialect.changeMembers(group.id, change)) {
    const answer = await client.send(request);
    if (answer.status === 404) told.groups.delete(name);
    must(answer);
  }
  for (const { login } of add) group.members.add(login);
  for (const { login } of remove) group.members.delete(login);
}

function asMembers({ users }: Told, people: readonly Person[]): readonly ScimMember[] {
  return people.flatMap(({ login }) => {
    const user = users.get(login);
    return user === undefined ? [] : [{ id: user.id, userName: user.last.userName }];
  });
}

async function openGroup(parts: Parts, name: string, wanted: readonly Person[]) {
  const { client, dialect, told } = parts;
  const found = await find(parts, dialect.findGroup(name), 'displayName', name);
  const id = found ?? idOf(must(await client.send(dialect.createGroup(name, asMembers(told, wanted)))));
  const withMembers = found === undefined && dialect.createsWithMembers;
  const group = { id, members: new Set(withMembers ? wanted.map(({ login }) => login) : []) };
  told.groups.set(name, group);
  return { group, isNew: found === undefined };
}

/** The id of the one that is named so, in whatever case. */
async function find(
  { client }: Parts,
  request: ScimRequest,
  attribute: string,
  value: string,
): Promise<string | undefined> {
  const { Resources } = must(await client.send(request)).body;
  const resources = Array.isArray(Resources) ? (Resources as Record<string, unknown>[]) : [];
  const found = resources.find((one) => String(one[attribute]).toLowerCase() === value.toLowerCase());
  return typeof found?.['id'] === 'string' ? found['id'] : undefined;
}

function forget(told: Told, login: string): void {
  told.users.delete(login);
  for (const { members } of told.groups.values()) members.delete(login);
}

function idOf(answer: ScimAnswer): string {
  const { id } = answer.body;
  if (typeof id === 'string' && id !== '') return id;
  throw new NotTaken(answer);
}

function must(answer: ScimAnswer): ScimAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new NotTaken(answer);
}
