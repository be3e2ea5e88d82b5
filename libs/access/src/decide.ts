import type { AccessModel } from './access-model.js';
import type { Decision, DenialCode, Reason } from './decision.js';
import type { Holding, PreparedSnapshot } from './prepared-snapshot.js';
import type { Question } from './question.js';
import { ORGANIZATION, type ResourceReference } from './resource-reference.js';
import { containsRole, type Role } from './role.js';
import type { SnapshotGrant } from './snapshot.js';

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
  const suffices = sufficing(model, snapshot, question);
  if (suffices === undefined) return DENIED['question-unknown'];
  if (path === undefined) return DENIED['resource-unknown'];
  if (!isPathOf(model, question.resource, path)) return DENIED['path-inconsistent'];

  let code: DenialCode = 'nothing-held';
  for (let level = 0; level <= path.length; level += 1) {
    for (const { role, grants } of holdingsAt(snapshot, path, level)) {
      if (!suffices(role, level === 0)) {
        if (code === 'nothing-held') code = 'not-included';
      } else if (isAlive(grants[0], now)) {
        return new Granted(snapshot, suffices, path, now);
      } else code = 'grant-expired';
    }
  }
  return DENIED[code];
}

/** Whether a role held is enough, on the resource itself (`here`) or on an ancestor of it. */
type Sufficing = (role: Role, here: boolean) => boolean;

function sufficing(
  model: AccessModel,
  snapshot: PreparedSnapshot,
  question: Question,
): Sufficing | undefined {
  if (question.permission !== undefined) {
    const { permission } = question;
    return model.permissions.has(permission) ? (role) => role.permissions.has(permission) : undefined;
  }
  const wanted = snapshot.roleBySlug(question.role);
  if (wanted === undefined || wanted.on !== (question.resource?.type ?? ORGANIZATION)) return undefined;
  return (role, here) => (here ? role.id === wanted.id : containsRole(role, wanted));
}

function isPathOf(
  model: AccessModel,
  asked: ResourceReference | undefined,
  path: readonly ResourceReference[],
): boolean {
  if (asked === undefined) return path.length === 0;
  if (path[0]?.type !== asked.type || path[0].id !== asked.id) return false;
  return path.every(
    ({ type }, level) => model.resources.get(type) === (path[level + 1]?.type ?? ORGANIZATION),
  );
}

function holdingsAt(
  snapshot: PreparedSnapshot,
  path: readonly ResourceReference[],
  level: number,
): readonly Holding[] {
  const resource = path[level];
  return resource === undefined ? snapshot.onOrganization : snapshot.onResource(resource);
}

/** An end that is no number counts as passed. */
function isAlive(grant: SnapshotGrant | undefined, now: number): boolean {
  return grant !== undefined && (grant.expiresAt === undefined || now < grant.expiresAt);
}

class Granted implements Decision {
  readonly allowed = true;
  readonly #snapshot: PreparedSnapshot;
  readonly #suffices: Sufficing;
  readonly #path: readonly ResourceReference[];
  readonly #now: number;

  constructor(
    snapshot: PreparedSnapshot,
    suffices: Sufficing,
    path: readonly ResourceReference[],
    now: number,
  ) {
    this.#snapshot = snapshot;
    this.#suffices = suffices;
    this.#path = path;
    this.#now = now;
  }

  get reasons(): readonly Reason[] {
    const levels = Array.from({ length: this.#path.length + 1 }, (_, level) => level);
    return levels.flatMap((level) =>
      holdingsAt(this.#snapshot, this.#path, level)
        .filter(({ role }) => this.#suffices(role, level === 0))
        .flatMap(({ role, grants }) =>
          grants
            .filter((grant) => isAlive(grant, this.#now))
            .map(({ id, resource, source }) => ({
              grant: id,
              role: role.slug,
              ...(resource && { resource }),
              source,
            })),
        ),
    );
  }
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
