import {
  claimsFromStored,
  claimsOf,
  evaluate,
  isEmailClaim,
  MappingIndex,
  matchOf,
  sourceKey,
  type Claims,
  type Condition,
  type EvaluationContext,
  type Evidence,
  type RoleMapping,
} from '@idp-roles/mapping';
import type { Grant, StoreTransaction } from '@idp-roles/store';
import { directoryClaims } from './directory-claims.js';

/** What an edited mapping still shows about one grant: its evidence rows from now on. */
export type SupportOf = (grant: Grant, rows: readonly Evidence[]) => Promise<readonly Evidence[]>;

/**
 * S9: judges the evidence of a mapping after an edit. An evidence row holds the value of the mapping's own claim, so it decides
 * where only the test of that value changed, or conditions fell away. Where it says too little (another claim or separator, a new or
 * changed `also`, an address that must be verified now) the kept claims of the last sign-in are asked, of a directory what it says
 * now; where none are kept, the support is gone: doubt about access is a no, and the next sign-in gives back what is due.
 */
export function supportAfterEdit(
  tx: StoreTransaction,
  before: RoleMapping,
  after: RoleMapping,
  context: EvaluationContext,
): SupportOf {
  if (after.enabled === false || sourceKey(before.source) !== sourceKey(after.source)) return nothing;
  const byEvidence = evidenceDecides(before, after);
  const index = new MappingIndex([byEvidence ? { ...after, also: [] } : after]);
  return async (grant, rows) => {
    const claims = byEvidence ? claimsOfRows(after, rows) : await knownClaims(tx, grant);
    if (claims === undefined) return [];
    const evaluation = evaluate(index, claims, { ...context, importRuns: false, roleSelection: 'all' });
    const shown = evaluation.grants.find((given) => isSame(given, grant))?.evidence ?? [];
    if (!byEvidence) return shown;
    const values = new Set(shown.map(({ value }) => value));
    return rows.filter(({ value }) => values.has(value));
  };
}

export const nothing: SupportOf = () => Promise.resolve([]);

function evidenceDecides(before: RoleMapping, after: RoleMapping): boolean {
  if (before.claim !== after.claim || before.split !== after.split) return false;
  if (needsVerifiedEmail(after) && !needsVerifiedEmail(before)) return false;
  // Of a `present` mapping the evidence is one value out of several.
  if (matchOf(before) === 'present' && matchOf(after) !== 'present') return false;
  const held = new Set((before.also ?? []).map(conditionKey));
  return (after.also ?? []).every((condition) => held.has(conditionKey(condition)));
}

function needsVerifiedEmail(mapping: RoleMapping): boolean {
  return matchOf(mapping) === 'email-domain' || isEmailClaim(mapping.claim);
}

function conditionKey(condition: Condition): string {
  const { claim, value, caseInsensitive = false, split } = condition;
  return JSON.stringify([claim, value, matchOf(condition), caseInsensitive, split]);
}

function claimsOfRows({ claim }: RoleMapping, rows: readonly Evidence[]): Claims {
  return claimsOf({ [claim]: rows.map(({ value }) => value) });
}

/** Of a connection those of the last sign-in, of a directory what it says now. */
async function knownClaims(tx: StoreTransaction, grant: Grant): Promise<Claims | undefined> {
  const { organization, member, source } = grant;
  if (source.startsWith('directory:')) return livingClaims(tx, grant);
  const identities = await tx.members.identities(organization, member);
  const identity = identities.find((one) => one.source === source);
  const kept = identity && (await tx.members.lastClaims(identity));
  return kept === undefined ? undefined : claimsFromStored(kept);
}

async function livingClaims(
  tx: StoreTransaction,
  { organization, member, source }: Grant,
): Promise<Claims | undefined> {
  const users = await tx.directoryUsers.ofMember(organization, member);
  const user = users.find(({ directory }) => sourceKey({ directory }) === source);
  if (user === undefined) return undefined;
  const groups = await tx.directoryUsers.groupsOf(organization, user.directory, [user.id]);
  return directoryClaims(user, groups.get(user.id) ?? []);
}

function isSame(
  given: Pick<Grant, 'role' | 'resource' | 'basis'>,
  { role, resource, basis }: Grant,
): boolean {
  return (
    given.role === role &&
    given.basis === basis &&
    given.resource?.type === resource?.type &&
    given.resource?.id === resource?.id
  );
}
