import { SimulatorError } from './error.js';

export interface Person {
  readonly login: string;
  /** OIDC `sub` and persistent NameID: opaque, the same for the person's whole life, whatever is edited. */
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  /** What directories are told. Who is not may still be chosen at a sign-in here, to see what the application says. */
  readonly active: boolean;
  readonly groups: readonly string[];
  readonly department?: string;
  /** The tenant that the IdP vouches for this person in. It is sent as it is, under every personality. */
  readonly organization?: string;
}

export interface NewPerson {
  readonly login: string;
  /** Derived from the simulator's secret and the login unless given. */
  readonly subject?: string;
  readonly name?: string;
  /** `<login>@acme.test` unless given. */
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly active?: boolean;
  readonly groups?: readonly string[];
  readonly department?: string;
  /** That of somebody with the same e-mail domain unless given. */
  readonly organization?: string;
}

/** `department: null` removes it. */
export interface PersonEdit {
  readonly name?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly active?: boolean;
  readonly groups?: readonly string[];
  readonly department?: string | null;
}

const acme = { organization: 'Acme' };
const globex = { organization: 'Globex' };

export const defaultPeople: readonly NewPerson[] = [
  { login: 'alice', name: 'Alice Ahlgren', groups: ['Engineering'], ...acme },
  { login: 'bob', name: 'Bob Berger', groups: ['Finance'], ...acme },
  { login: 'carol', name: 'Carol Castillo', ...acme },
  { login: 'dana', name: 'Dana Dvorak', department: 'Design', ...acme },
  { login: 'erin', name: 'Erin Eriksen', email: 'erin@globex.test', groups: ['Engineering'], ...globex },
  {
    login: 'frank',
    name: 'Frank Fournier',
    email: 'frank@globex.test',
    groups: ['Sales', 'Finance'],
    ...globex,
  },
];

const loginShape = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** XML 1.0 section 2.2: what neither escaping nor a character reference can carry. */
// oxlint-disable-next-line no-control-regex
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

const sendable = (text: unknown): text is string => typeof text === 'string' && !notXml.test(text);

const fields: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  login: (value) =>
    typeof value === 'string' && loginShape.test(value)
      ? undefined
      : 'login: 1 to 63 of a-z, 0-9, `.`, `_` and `-`, beginning with a letter or digit',
  subject: (value) =>
    sendable(value) && value.length > 0 && value.length <= 255 ? undefined : 'subject: 1 to 255 characters',
  name: (value) => (sendable(value) && value.trim() ? undefined : 'name: text that is not blank'),
  email: (value) => (sendable(value) && value.includes('@') ? undefined : 'email: text with an `@`'),
  emailVerified: (value) => (typeof value === 'boolean' ? undefined : 'emailVerified: true or false'),
  active: (value) => (typeof value === 'boolean' ? undefined : 'active: true or false'),
  groups: (value) =>
    Array.isArray(value) && value.every((group) => sendable(group) && group !== '')
      ? undefined
      : 'groups: a list of texts that are not empty and that XML can carry',
  department: (value) =>
    value === null || sendable(value) ? undefined : 'department: text that XML can carry, or null',
  organization: (value) =>
    sendable(value) && value !== ''
      ? undefined
      : 'organization: text that is not empty and that XML can carry',
};

/** @throws SimulatorError `person-invalid`, naming every field that is wrong or unknown. */
export function checkPerson(input: object, allowed: readonly string[]): void {
  const problems = Object.entries(input).flatMap(([field, value]) => {
    if (!allowed.includes(field)) return [`\`${field}\`: no such field; known are ${allowed.join(', ')}`];
    return (value === undefined ? undefined : fields[field]?.(value)) ?? [];
  });
  if (problems.length) throw new SimulatorError('person-invalid', problems.join('; '));
}

export const editableFields: readonly string[] = [
  'name',
  'email',
  'emailVerified',
  'active',
  'groups',
  'department',
];
export const personFields: readonly string[] = ['login', 'subject', 'organization', ...editableFields];
