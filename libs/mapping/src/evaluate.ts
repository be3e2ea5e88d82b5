import type { Bucket } from './bucket.js';
import { claimValues } from './claim-values.js';
import { lookUp, type FoundClaim } from './claim-lookup.js';
import type { Claims } from './claims.js';
import { conditionHolds, emailUnverified } from './condition-holds.js';
import type { Hits } from './condition-table.js';
import { dropRepeated } from './drop-repeated.js';
import type { Entry } from './entry.js';
import type { EvaluatedGrant, Evaluation, EvaluationContext, Evidence, TargetRole } from './evaluation.js';
import { claimWarning, mappingWarning, type MappingProblem } from './evaluation-warning.js';
import type { EvaluationWarning } from './evaluation.js';
import { highestOnly } from './highest.js';
import type { MappingIndex } from './mapping-index.js';
import type { ResourceReference, SyncMode } from './role-mapping.js';
import { forceStopped, resourceOf, roleProblem, unprovenDomain } from './target.js';

const noCaptures: readonly string[] = [];
const noIds: ReadonlySet<string> = new Set();

/**
 * M1–M13: what these claims give through one source's mappings, and why. Total: any claims, any mappings.
 * Costs what the person's values cost and one look-up for each claim name that mappings read, whatever the number of mappings.
 * The grants are a set: their order, and that of their evidence, says nothing.
 */
export function evaluate(index: MappingIndex, claims: Claims, context: EvaluationContext): Evaluation {
  const run = new Run(claims, context);
  for (const bucket of index.buckets()) run.find(bucket);
  run.match();
  for (const { evidence } of run.grants) if (evidence.length > 1) dropRepeated(evidence);
  return {
    grants: context.roleSelection === 'highest' ? highestOnly(run.grants, context.roles) : run.grants,
    warnings: run.warnings,
    undecided: run.undecided.length === 0 ? noIds : index.readersOf(run.undecided),
    incomplete: run.incomplete,
    claims,
    context,
  };
}

interface GrowingGrant extends EvaluatedGrant {
  readonly evidence: Evidence[];
}

interface RoleGrants {
  readonly role: TargetRole | undefined;
  force: GrowingGrant | undefined;
  import: GrowingGrant | undefined;
}

class Run implements Hits {
  readonly grants: GrowingGrant[] = [];
  readonly warnings: EvaluationWarning[] = [];
  /** Claims about which nothing may be concluded from what is missing. */
  readonly undecided: string[] = [];
  incomplete = false;
  readonly #claims: Claims;
  readonly #context: EvaluationContext;
  readonly #forceRuns: boolean;
  #importRuns: boolean;
  readonly #found: { bucket: Bucket; claim: FoundClaim }[] = [];
  #reading: FoundClaim | undefined;
  readonly #byRole = new Map<string, RoleGrants>();
  #byResource: Map<string, GrowingGrant> | undefined;
  #judged: Map<Entry, boolean> | undefined;
  #warned: Set<string> | undefined;

  constructor(claims: Claims, context: EvaluationContext) {
    this.#claims = claims;
    this.#context = context;
    this.#forceRuns = !forceStopped(context);
    this.#importRuns = context.importRuns;
  }

  /** Before anything is matched: what is incomplete decides whether `import` runs at all (M9). */
  find(bucket: Bucket): void {
    const claim = lookUp(this.#claims, bucket.reference);
    if (claim.state === 'incomplete') {
      this.incomplete = true;
      this.#importRuns = false;
      this.undecided.push(bucket.reference.claim);
      this.warnings.push(claimWarning('claim-incomplete', bucket.reference.claim, claim.marker));
    } else if (claim.state === 'absent') {
      if (this.#context.absentClaim === 'keep') this.undecided.push(bucket.reference.claim);
      if (this.#neverSeen(bucket))
        this.warnings.push(claimWarning('claim-never-seen', bucket.reference.claim));
      return;
    }
    if (claimValues(claim.value).dropped > 0) {
      this.warnings.push(claimWarning('value-dropped', bucket.reference.claim));
    }
    this.#found.push({ bucket, claim });
  }

  match(): void {
    for (const { bucket, claim } of this.#found) {
      this.#reading = claim;
      bucket.match(claim, this);
    }
  }

  hit(entry: Entry, value: string, captures: readonly string[] = noCaptures): void {
    const basis = entry.ownMode ?? this.#context.defaultSyncMode;
    if (basis === 'force' ? !this.#forceRuns : !this.#importRuns) return;
    if (!entry.plain && !this.#admits(entry)) return;
    const ofRole = this.#ofRole(entry.role);
    const { role } = ofRole;
    const problem = roleProblem(role);
    if (role === undefined || problem !== undefined) return this.#warn(problem ?? 'role-missing', entry);
    if (!entry.plain || role.on !== 'organization') {
      const resource = resourceOf(entry, role, this.#context, captures);
      if (resource === 'missing') return this.#warn('resource-missing', entry);
      if (unprovenDomain(entry, this.#context) !== undefined) return this.#warn('domain-unproven', entry);
      if (resource !== undefined) {
        this.#onResource(entry.role, resource, basis).evidence.push(this.#evidence(entry, value));
        return;
      }
    }
    let grant = ofRole[basis];
    if (grant === undefined) {
      grant = ofRole[basis] = { role: entry.role, basis, evidence: [] };
      this.grants.push(grant);
    }
    grant.evidence.push(this.#evidence(entry, value));
  }

  #evidence({ id, claim }: Entry, value: string): Evidence {
    const { name, via } = this.#reading as FoundClaim;
    return { mapping: id, claim, value, name, via };
  }

  #ofRole(id: string): RoleGrants {
    let grants = this.#byRole.get(id);
    if (grants === undefined) {
      grants = { role: this.#context.roles.get(id), force: undefined, import: undefined };
      this.#byRole.set(id, grants);
    }
    return grants;
  }

  #onResource(role: string, resource: ResourceReference, basis: SyncMode): GrowingGrant {
    this.#byResource ??= new Map();
    const key = JSON.stringify([role, basis, resource.type, resource.id]);
    let grant = this.#byResource.get(key);
    if (grant === undefined) {
      grant = { role, resource, basis, evidence: [] };
      this.#byResource.set(key, grant);
      this.grants.push(grant);
    }
    return grant;
  }

  /** Everything a mapping asks besides its own value, judged once however many values meet it. */
  #admits(entry: Entry): boolean {
    this.#judged ??= new Map();
    let admitted = this.#judged.get(entry);
    if (admitted === undefined) {
      admitted =
        !(entry.main.needsVerifiedEmail && emailUnverified(this.#claims)) &&
        entry.also.every((also) => conditionHolds(this.#claims, also));
      this.#judged.set(entry, admitted);
    }
    return admitted;
  }

  #neverSeen({ reference: { claim, aliases, path } }: Bucket): boolean {
    const seen = this.#context.claimsSeen;
    if (seen === undefined || seen.has(claim) || aliases.some((alias) => seen.has(alias))) return false;
    return path === undefined || !seen.has(path[0] ?? '');
  }

  #warn(code: MappingProblem, entry: Entry): void {
    this.#warned ??= new Set();
    const key = `${code} ${entry.id}`;
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.warnings.push(mappingWarning(code, entry.mapping));
  }
}
