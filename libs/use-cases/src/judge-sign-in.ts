import { plan, sourceKey, type Claims, type Evaluation, type HeldGrant } from '@idp-roles/mapping';
import type { Connection, DirectoryUser, Grant, Identity, Member } from '@idp-roles/store';
import { evaluateConnection } from './evaluate-source.js';
import { recognitionIn, recognitionOf } from './recognition.js';
import { hasDefaults, type Rules } from './rules.js';
import { givesSomething } from './settle-defaults.js';
import { draftSettlement } from './settle-grants.js';
import type { Settlement } from './settlement.js';
import { isTakenOver } from './take-over.js';
import type { Work } from './work.js';

export interface Arrival {
  readonly rules: Rules;
  readonly connection: Connection;
  readonly claims: Claims;
  /** As they will be once signed in. */
  readonly member: Member;
  /** L4. */
  readonly linkedBy: 'identity' | 'directory' | 'email' | 'created';
  /** Absent at the first sign-in through this connection. */
  readonly identity?: Identity;
  /** As whom directories know the member. */
  readonly users: readonly DirectoryUser[];
}

export interface Judgement {
  readonly evaluation: Evaluation;
  readonly settlement: Settlement;
  /** S10: the connection refuses who is left without an organization role. */
  readonly denied: boolean;
}

/** S1–S6, S10: one evaluation of the whole set, one diff with what this connection gave. Writes nothing. */
export async function judgeSignIn(work: Work, arrival: Arrival): Promise<Judgement> {
  const { context, tx, at } = work;
  const { rules, connection, claims, member, linkedBy, identity, users } = arrival;
  const created = linkedBy === 'created';
  const { roles } = rules;
  const organization = rules.organization.id;
  const source = sourceKey({ connection: connection.id });
  const evaluation = await evaluateConnection(context, tx, {
    rules,
    connection,
    index: await rules.index(source),
    claims,
    // S4: only who is made by this connection, and only until the first complete sign-in.
    importRuns: created || identity?.importDone === false,
    takenOver: isTakenOver(rules, connection.id, users),
  });
  const before = created ? [] : await tx.grants.ofMember(organization, member.id);
  const { add, keep, remove } = plan(before, evaluation);
  const others = created || !hasDefaults(rules) ? [] : await tx.members.identities(organization, member.id);
  const settlement = await draftSettlement(work, rules, {
    member,
    before,
    add: add.map((grant) => ({ ...grant, source })),
    remove: remove.map(stored(before)),
    evidence: keep
      .filter(({ changed }) => changed)
      .map(({ grant, evidence }) => ({ grant: stored(before)(grant), evidence })),
    cause: { sync: 'sign-in', source },
    lastHolder: 'keep',
    recognised: [
      ...others.filter((other) => other.source !== source).map(recognitionOf),
      { source, waits: evaluation.incomplete, active: true },
      ...users.map(recognitionIn),
    ],
  });
  const hasRole = settlement.after.some(
    (grant) => grant.resource === undefined && givesSomething(grant, roles, at),
  );
  // M9: deny waits for complete claims.
  const denied = connection.denyWithoutRole && !evaluation.incomplete && !hasRole;
  return { evaluation, settlement, denied };
}

/** The engine hands back what it was given, by its narrower type. */
function stored(before: readonly Grant[]): (held: HeldGrant) => Grant {
  const byId = new Map(before.map((grant) => [grant.id, grant]));
  return ({ id }) => {
    const grant = byId.get(id);
    if (grant === undefined) throw new Error(`the plan names grant \`${id}\`, which was not given to it`);
    return grant;
  };
}
