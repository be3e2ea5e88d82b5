import { lookUp, type FoundClaim } from './claim-lookup.js';
import { claimValues, splitValues } from './claim-values.js';
import { captured } from './condition.js';
import { conditionHolds, emailUnverified } from './condition-holds.js';
import { Entry } from './entry.js';
import { claimReference } from './claim-reference.js';
import type { Evaluation, WhyNot, WhyNotCode } from './evaluation.js';
import { outranks } from './highest.js';
import { nearMiss } from './near-miss.js';
import type { RoleMapping } from './role-mapping.js';
import { sourceKey } from './source.js';
import { basisOf, forceStopped, resourceOf, roleProblem, unprovenDomain } from './target.js';
import { adviceOn } from './why-not-advice.js';

/**
 * M10: the first reason, in M10's order, why the mapping gave nothing to the person whose claims were evaluated; `undefined` where it did match.
 * Judges the mapping itself, so it may be asked of a draft that is in no index.
 */
export function whyNot(evaluation: Evaluation, mapping: RoleMapping): WhyNot | undefined {
  const judged = new Judgement(evaluation, new Entry(mapping));
  const reason = stopped(judged) ?? targetless(judged) ?? unmatched(judged) ?? outranked(judged);
  if (reason === undefined) return undefined;
  return { mapping: mapping.id, ...reason, message: adviceOn(reason, mapping, judged) };
}

type Reason = Pick<WhyNot, 'code' | 'claim' | 'nearly'>;

/** The mapping asked of the claims alone. */
class Judgement {
  readonly found: FoundClaim;
  readonly values: readonly string[];
  /** The captures of each value that meets the mapping's own condition. */
  readonly matches: readonly (readonly string[])[];
  readonly unverified: boolean;
  /** The claim of the first further condition that is not met. */
  readonly unmet: string | undefined;
  /** A claim it reads that did not arrive whole. */
  readonly incomplete: { readonly claim: string; readonly marker: string } | undefined;

  constructor(
    readonly evaluation: Evaluation,
    readonly entry: Entry,
  ) {
    const { claims } = evaluation;
    const { main, also, mapping } = entry;
    this.found = lookUp(claims, claimReference(mapping.claim));
    const { values } = claimValues(this.found.value);
    this.values = mapping.split === undefined ? values : splitValues(values, mapping.split);
    this.matches = this.values.map((value) => captured(main, value)).filter((match) => match !== undefined);
    this.unverified = main.needsVerifiedEmail && emailUnverified(claims);
    this.unmet = also.find((condition) => !conditionHolds(claims, condition))?.condition.claim;
    for (const claim of entry.claims()) {
      const { state, marker = '' } = lookUp(claims, claimReference(claim));
      if (state === 'incomplete') this.incomplete ??= { claim, marker };
    }
  }

  get met(): boolean {
    return this.matches.length > 0 && !this.unverified && this.unmet === undefined;
  }

  get marker(): string {
    return this.incomplete?.marker ?? '';
  }

  reason(code: WhyNotCode, nearly?: string, claim: string = this.entry.claim): Reason {
    return nearly === undefined ? { code, claim } : { code, claim, nearly };
  }
}

function stopped(judged: Judgement): Reason | undefined {
  const { entry, evaluation } = judged;
  const { context } = evaluation;
  const basis = basisOf(entry, context);
  if (!entry.enabled) return judged.reason('disabled');
  if (sourceKey(entry.mapping.source) !== sourceKey(context.source)) return judged.reason('other-source');
  if (basis === 'force' && forceStopped(context)) return judged.reason('other-source');
  if (basis === 'import' && !context.importRuns) return judged.reason('import-done');
  return context.newerMappings?.has(entry.id) === true && judged.met
    ? judged.reason('not-signed-in-since')
    : undefined;
}

function targetless(judged: Judgement): Reason | undefined {
  const { entry, matches, evaluation } = judged;
  const { context } = evaluation;
  const role = context.roles.get(entry.role);
  const problem = roleProblem(role);
  if (role === undefined || problem !== undefined) return judged.reason(problem ?? 'role-missing');
  if (resourceMissing(judged, matches)) return judged.reason('resource-missing');
  return unprovenDomain(entry, context) === undefined ? undefined : judged.reason('domain-unproven');
}

/** A resource named by captures is known only where a value matches; then one that exists is enough. */
function resourceMissing({ entry, evaluation }: Judgement, matches: readonly (readonly string[])[]): boolean {
  const { context } = evaluation;
  const role = context.roles.get(entry.role);
  if (role === undefined) return false;
  const { resource } = entry.mapping;
  const byCapture = resource !== undefined && entry.main.match === 'glob' && /\$[1-9]/.test(resource.id);
  if (!byCapture) return resourceOf(entry, role, context, []) === 'missing';
  if (resource.type !== role.on || context.resources === undefined) return true;
  return (
    matches.length > 0 &&
    matches.every((captures) => resourceOf(entry, role, context, captures) === 'missing')
  );
}

function unmatched(judged: Judgement): Reason | undefined {
  const { entry, found, incomplete, evaluation } = judged;
  const waits = basisOf(entry, evaluation.context) === 'import' && evaluation.incomplete;
  if (judged.met && !waits) return undefined;
  if (incomplete !== undefined || waits) {
    return judged.reason('claim-incomplete', undefined, incomplete?.claim ?? firstIncomplete(evaluation));
  }
  if (found.state === 'absent') return judged.reason('claim-absent');
  if (judged.unverified) return judged.reason('email-unverified');
  if (judged.matches.length === 0) {
    const { code, nearly } = nearMiss(entry, judged.values);
    return judged.reason(code, nearly);
  }
  return judged.reason('condition-unmet', undefined, judged.unmet);
}

function firstIncomplete({ warnings }: Evaluation): string | undefined {
  return warnings.find(({ code }) => code === 'claim-incomplete')?.claim;
}

function outranked(judged: Judgement): Reason | undefined {
  const { grants, context } = judged.evaluation;
  const own = context.roles.get(judged.entry.role);
  if (context.roleSelection !== 'highest' || own === undefined || own.on !== 'organization') return undefined;
  const better = grants.some(({ role, resource }) => {
    const held = resource === undefined ? context.roles.get(role) : undefined;
    return held !== undefined && held.id !== own.id && outranks(held, own);
  });
  return better ? judged.reason('outranked') : undefined;
}
