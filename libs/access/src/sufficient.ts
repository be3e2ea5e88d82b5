import type { AccessModel } from './access-model.js';
import type { Question } from './question.js';
import { ORGANIZATION } from './resource-reference.js';
import { containsRole, type Role } from './role.js';

/** What a question asks for, wherever it is asked. */
export type Wanted =
  | { readonly permission: string; readonly role?: undefined }
  | { readonly role: string; readonly permission?: undefined };

/** The type, and those above it up to the one right below the organization; empty for the organization, and for a type that the model lacks. */
export function typesUpFrom(model: AccessModel, type: string): readonly string[] {
  const types: string[] = [];
  let at: string | undefined = type;
  while (at !== undefined && at !== ORGANIZATION && model.resources.has(at)) {
    types.push(at);
    at = model.resources.get(at);
  }
  return types;
}

/**
 * The roles that would do on something of `type`, by where they are held: there, on a type above it, or on the organization
 * (A2, A3). As `decide` has it. Undefined where the question is none of this model.
 */
export function sufficientRoles(
  model: AccessModel,
  roles: Iterable<Role>,
  { role: slug, permission }: Wanted,
  type: string = ORGANIZATION,
): ReadonlyMap<string, readonly Role[]> | undefined {
  const known = [...roles];
  const wanted = slug === undefined ? undefined : known.find((role) => role.slug === slug);
  const isKnown = permission === undefined ? wanted?.on === type : model.permissions.has(permission);
  if (!isKnown || (type !== ORGANIZATION && !model.resources.has(type))) return undefined;
  const suffices = (role: Role, on: string) => {
    if (permission !== undefined) return role.permissions.has(permission);
    return wanted !== undefined && (on === type ? role.id === wanted.id : containsRole(role, wanted));
  };
  const places = [...typesUpFrom(model, type), ORGANIZATION];
  return new Map(places.map((on) => [on, known.filter((role) => role.on === on && suffices(role, on))]));
}

export function wantedBy({ role, permission }: Question): Wanted {
  return permission === undefined ? { role } : { permission };
}
