import type { AccessModel } from './access-model.js';
import type { Decision, DenialCode, Reason } from './decision.js';
import { endOf, type Holding, type PreparedSnapshot } from './prepared-snapshot.js';
import type { Question } from './question.js';
import { ORGANIZATION, type ResourceReference } from './resource-reference.js';
import { containsRole, type Role } from './role.js';

/**
 * Answers one question about one member. Pure: same input, same answer. Costs the depth of the tree.
 *
 * `path` is the resource asked about and its ancestors up to, but without, the organization; empty where the question
 * names no resource, `undefined` where the resource is none of this organization. `now` in milliseconds since the epoch.
 */
export function decide(
  model: AccessModel,
  snapshot: PreparedSnapshot,
  question: Question,
  path: readonly ResourceReference[] | undefined,
  now: number,
): Decision {
  if (snapshot.status !== 'active') return DENIED['member-not-active'];
  const { permission } = question;
  const wanted = permission === undefined ? snapshot.roleBySlug(question.role) : undefined;
  if (!isKnown(model, question, wanted)) return DENIED['question-unknown'];
  if (path === undefined) return DENIED['resource-unknown'];
  if (!isPathOf(model, question.resource, path)) return DENIED['path-inconsistent'];

  let code: DenialCode = 'nothing-held';
  for (let level = 0; level <= path.length; level += 1) {
    for (let held = holdingAt(snapshot, path, level); held; held = held.next) {
      if (!suffices(held.role, permission, wanted, level)) {
        if (code === 'nothing-held') code = 'not-included';
      } else if (now < held.until) return new Granted(snapshot, permission, wanted, path, now);
      else code = 'grant-expired';
    }
  }
  return DENIED[code];
}

/** A role is asked for on the type that it stands on, nowhere else. */
function isKnown(model: AccessModel, { permission, resource }: Question, wanted: Role | undefined): boolean {
  if (permission !== undefined) return model.permissions.has(permission);
  return wanted !== undefined && wanted.on === (resource?.type ?? ORGANIZATION);
}

/** Whether these are the resource and its ancestors as the model's tree has them; none where no resource is asked about. */
export function isPathOf(
  model: AccessModel,
  asked: ResourceReference | undefined,
  path: readonly ResourceReference[],
): boolean {
  if (asked === undefined) return path.length === 0;
  if (path[0]?.type !== asked.type || path[0].id !== asked.id) return false;
  let expected: string | undefined = asked.type;
  for (const { type } of path) {
    if (type !== expected) return false;
    expected = model.resources.get(type);
  }
  return expected === ORGANIZATION;
}

function holdingAt(
  snapshot: PreparedSnapshot,
  path: readonly ResourceReference[],
  level: number,
): Holding | undefined {
  const resource = path[level];
  return resource === undefined ? snapshot.onOrganization : snapshot.onResource(resource);
}

/** Level 0 is the resource itself: there only the role asked for counts, above it any that contains it (A3). */
function suffices(
  held: Role,
  permission: string | undefined,
  wanted: Role | undefined,
  level: number,
): boolean {
  if (permission !== undefined) return held.permissions.has(permission);
  if (wanted === undefined) return false;
  return level === 0 ? held.id === wanted.id : containsRole(held, wanted);
}

class Granted implements Decision {
  readonly allowed = true;
  readonly #snapshot: PreparedSnapshot;
  readonly #permission: string | undefined;
  readonly #wanted: Role | undefined;
  readonly #path: readonly ResourceReference[];
  readonly #now: number;

  constructor(
    snapshot: PreparedSnapshot,
    permission: string | undefined,
    wanted: Role | undefined,
    path: readonly ResourceReference[],
    now: number,
  ) {
    this.#snapshot = snapshot;
    this.#permission = permission;
    this.#wanted = wanted;
    this.#path = path;
    this.#now = now;
  }

  get reasons(): readonly Reason[] {
    const reasons: Reason[] = [];
    for (let level = 0; level <= this.#path.length; level += 1) {
      for (let held = holdingAt(this.#snapshot, this.#path, level); held; held = held.next) {
        if (suffices(held.role, this.#permission, this.#wanted, level))
          reasons.push(...reasonsOf(held, this.#now));
      }
    }
    return reasons;
  }
}

function reasonsOf({ role, grants }: Holding, now: number): Reason[] {
  return grants
    .filter((grant) => now < endOf(grant))
    .map(({ id, resource, source }) => ({
      grant: id,
      role: role.slug,
      ...(resource && { resource }),
      source,
    }));
}

const denied = (code: DenialCode): Decision =>
  Object.freeze({ allowed: false, code, reasons: Object.freeze([]) });

const DENIED: Readonly<Record<DenialCode, Decision>> = {
  'member-not-active': denied('member-not-active'),
  'question-unknown': denied('question-unknown'),
  'resource-unknown': denied('resource-unknown'),
  'path-inconsistent': denied('path-inconsistent'),
  'nothing-held': denied('nothing-held'),
  'grant-expired': denied('grant-expired'),
  'not-included': denied('not-included'),
};
