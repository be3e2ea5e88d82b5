import type { AccessModel } from './access-model.js';
import { decide } from './decide.js';
import { endOf, type PreparedSnapshot } from './prepared-snapshot.js';
import type { Question } from './question.js';
import { ORGANIZATION, type ResourceReference } from './resource-reference.js';
import type { Role } from './role.js';
import type { MemberStatus, SnapshotGrant } from './snapshot.js';
import { sufficientRoles, wantedBy } from './sufficient.js';

/**
 * What would have made a no a yes, with the least change.
 * - `member-not-active`: the roles are there, the member is not active.
 * - `grant-expired`: they held the role there until `grant` ended.
 * - `held-elsewhere`: they hold the role on another resource, by `grant`.
 * - `role-lacking`: they never held it.
 */
export interface Nearest {
  readonly code: 'member-not-active' | 'grant-expired' | 'held-elsewhere' | 'role-lacking';
  /** The role's slug; absent for `member-not-active`. */
  readonly role?: string;
  /** Where the role would do; absent: on the organization. */
  readonly resource?: ResourceReference;
  /** What nearly did. */
  readonly grant?: string;
  /** Milliseconds since the epoch: when `grant` ended. */
  readonly expiredAt?: number;
  /** Where `grant` is held, of `held-elsewhere`. */
  readonly heldOn?: ResourceReference;
  /** What the member could do there that they cannot do yet, besides what was asked. */
  readonly adds: readonly string[];
  /** Present where the member is not active: that has to change as well, or alone. */
  readonly status?: Exclude<MemberStatus, 'active'>;
}

const ORDER: readonly Nearest['code'][] = [
  'member-not-active',
  'grant-expired',
  'held-elsewhere',
  'role-lacking',
];

/**
 * Asked after `decide` said no, with the same arguments. What nearly did comes before what is new, then whatever adds the
 * fewest permissions, then the nearest place. Undefined where nothing would do: the question or the resource is unknown, or
 * the answer is yes.
 */
export function nearest(
  model: AccessModel,
  snapshot: PreparedSnapshot,
  question: Question,
  path: readonly ResourceReference[] | undefined,
  now: number,
): Nearest | undefined {
  const { status } = snapshot;
  const inactive = status === 'active' ? {} : { status };
  const active: PreparedSnapshot = { ...snapshot, status: 'active' };
  const { allowed, code } = decide(model, active, question, path, now);
  if (allowed) return status === 'active' ? undefined : { code: 'member-not-active', adds: [], status };
  if (path === undefined || code === 'question-unknown' || code === 'path-inconsistent') return undefined;

  const sufficient = sufficientRoles(model, snapshot.roles(), wantedBy(question), question.resource?.type);
  const places = [...path, undefined];
  const found = places.flatMap((resource, level) =>
    (sufficient?.get(resource?.type ?? ORGANIZATION) ?? []).map((role) => {
      const held = heldBefore(active, role, resource, now);
      const adds = [...role.permissions].filter(
        (permission) =>
          permission !== question.permission && !canThere(model, active, permission, path.slice(level), now),
      );
      const place = { role: role.slug, ...(resource && { resource }) };
      return { level, rank: role.rank, nearest: { ...held, ...place, adds, ...inactive } };
    }),
  );
  const [first] = found.toSorted(
    (one, other) =>
      ORDER.indexOf(one.nearest.code) - ORDER.indexOf(other.nearest.code) ||
      one.nearest.adds.length - other.nearest.adds.length ||
      one.level - other.level ||
      one.rank - other.rank,
  );
  return first?.nearest;
}

type Held = Pick<Nearest, 'code' | 'grant' | 'expiredAt' | 'heldOn'>;

/** The latest end there; else what lasts elsewhere. */
function heldBefore(
  { grants }: PreparedSnapshot,
  role: Role,
  place: ResourceReference | undefined,
  now: number,
): Held {
  let ended: SnapshotGrant | undefined;
  let elsewhere: SnapshotGrant | undefined;
  for (const grant of grants) {
    if (grant.role !== role.id) continue;
    const isThere = grant.resource?.type === place?.type && grant.resource?.id === place?.id;
    if (isThere && (ended === undefined || endOf(grant) > endOf(ended))) ended = grant;
    if (!isThere && now < endOf(grant)) elsewhere ??= grant;
  }
  if (ended) return { code: 'grant-expired', grant: ended.id, expiredAt: endOf(ended) };
  if (elsewhere?.resource) return { code: 'held-elsewhere', grant: elsewhere.id, heldOn: elsewhere.resource };
  return { code: 'role-lacking' };
}

function canThere(
  model: AccessModel,
  snapshot: PreparedSnapshot,
  permission: string,
  path: readonly ResourceReference[],
  now: number,
): boolean {
  const [resource] = path;
  return decide(model, snapshot, { permission, ...(resource && { resource }) }, path, now).allowed;
}
