import { sourceKey } from '@idp-roles/mapping';
import {
  newId,
  organizationOf,
  StoreError,
  type Connection,
  type IdentityKey,
  type Member,
} from '@idp-roles/store';
import { addressIn, admitMember, rememberSignIn, updatedBySignIn } from './admit-member.js';
import { againAfterRace } from './again-after-race.js';
import { completeClaims } from './complete-claims.js';
import type { UseCaseContext } from './context.js';
import { beginSession } from './end-sessions.js';
import { makesMembers } from './jit.js';
import { judgeSignIn, type Arrival } from './judge-sign-in.js';
import { linksAs } from './linking-address.js';
import { recogniseMember } from './recognise-member.js';
import { missingRequiredClaims } from './required-claims.js';
import { connectionIn } from './rules.js';
import { writeSettlement } from './settle-grants.js';
import {
  refusalMessages,
  type SignedIn,
  type SignInOutcome,
  type SignInRefusalCode,
  type SignInRefused,
  type SignInRequest,
} from './sign-in-outcome.js';
import { evaluationSummary, newReference, traceOf } from './sign-in-trace.js';
import { UseCaseError } from './use-case-error.js';
import { performForMember, type Work } from './work.js';

type Verified = SignInRequest & { readonly reference: string };

/**
 * Turns what an IdP said about a person into a member with roles, in one transaction with its audit events and its trace.
 * A refusal is an outcome: of a newcomer it leaves only the trace and the used assertion id, of a known member also what the
 * evaluation took from them (S10). Throws only where the store fails.
 */
export async function signIn(context: UseCaseContext, request: SignInRequest): Promise<SignInOutcome> {
  const verified: Verified = { ...request, reference: request.reference ?? newReference() };
  const organization = organizationOf(request.connection);
  const known = organization
    ? await context.store.read.connections.get(organization, request.connection)
    : undefined;
  if (organization === undefined || known === undefined) return refused(verified, 'connection-unknown');
  const completed: Verified = { ...verified, claims: await completeClaims(context, request) };
  const actor = { kind: 'sso', id: request.connection } as const;
  return againAfterRace(
    () => performForMember(context, { organization, actor }, (work) => attempt(work, completed, request)),
    isRace,
  ).catch((error: unknown) => {
    // Deleted since the connection was read.
    if (error instanceof UseCaseError && error.code === 'organization-not-found') {
      return refused(verified, 'connection-unknown');
    }
    throw error;
  });
}

/** Two first sign-ins of one person at once. */
function isRace(error: unknown): boolean {
  if (error instanceof UseCaseError) return error.code === 'email-taken';
  return error instanceof StoreError && (error.code === 'identity-taken' || error.code === 'grant-exists');
}

async function attempt(work: Work, request: Verified, asSent: SignInRequest): Promise<SignInOutcome> {
  const { tx, organization: organizationId } = work;
  const rules = await work.rules();
  const connection = connectionIn(rules, request.connection);
  if (connection === undefined) return refused(request, 'connection-unknown');
  const problem = screen(connection, asSent);
  if (problem) return refuse(work, request, problem.code, problem.detail);
  if (!(await isFirstUse(work, request))) return refuse(work, request, 'replayed', {});

  const { issuer, format, subject } = request;
  const source = sourceKey({ connection: connection.id });
  const key: IdentityKey = { organization: organizationId, source, issuer, format, subject };
  const recognised = await recogniseMember(tx, { ...request, key });
  if (recognised.as === 'refused') {
    return refuse(work, request, recognised.code, recognised.detail ?? {}, recognised.member);
  }
  if (recognised.as === 'newcomer') {
    if (!makesMembers(rules, connection)) return refuse(work, request, 'member-unknown', { jit: false });
    const member = newcomer(work, source, request);
    return settle(work, request, key, {
      rules,
      connection,
      claims: request.claims,
      member,
      linkedBy: 'created',
      users: [],
    });
  }
  const { member: before, identity, by: linkedBy } = recognised;
  const member = await updatedBySignIn(work, before, request);
  const users =
    rules.directories.length === 0 ? [] : await tx.directoryUsers.ofMember(organizationId, member.id);
  const arrival = { rules, connection, claims: request.claims, member, linkedBy, identity, users };
  return settle(work, request, key, arrival, before);
}

interface Objection {
  readonly code: SignInRefusalCode;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What needs no member and no write to be refused. Required claims are judged as the IdP sent them (L10). */
function screen(connection: Connection, { issuer, subject, claims }: SignInRequest): Objection | undefined {
  const { state, issuer: expected, requiredClaims } = connection;
  if (state !== 'active') return { code: 'connection-not-active', detail: { state } };
  if (issuer !== expected) return { code: 'issuer-mismatch', detail: { issuer, expected } };
  if (subject === '' || subject.length > 2_048)
    return { code: 'subject-invalid', detail: { length: subject.length } };
  const missing = missingRequiredClaims(claims, requiredClaims ?? {});
  return missing.length > 0 ? { code: 'required-claims-missing', detail: { missing } } : undefined;
}

/** L2: this insert alone decides on replay. It stays although the sign-in is refused: an assertion that was judged is used up. */
async function isFirstUse(
  { tx, organization }: Work,
  { connection, replayKey }: SignInRequest,
): Promise<boolean> {
  if (replayKey === undefined) return true;
  return tx.replays.use(organization, connection, replayKey.id, replayKey.expiresAt);
}

function newcomer(work: Work, source: string, request: SignInRequest): Member {
  const { organization, at } = work;
  const email = addressIn(request);
  return {
    organization,
    id: newId('mem', organization),
    status: 'active',
    ...(email !== undefined && { email }),
    emailLinks: linksAs(email),
    ...(request.name !== undefined && { name: request.name }),
    sessionsValidFrom: 0,
    createdVia: source,
    createdAt: at,
    updatedAt: at,
  };
}

async function settle(
  work: Work,
  request: Verified,
  key: IdentityKey,
  arrival: Arrival,
  before?: Member,
): Promise<SignInOutcome> {
  const { rules, member, linkedBy, identity } = arrival;
  const created = linkedBy === 'created';
  const { organization, roles } = rules;
  const judgement = await judgeSignIn(work, arrival);
  const { settlement, evaluation } = judgement;
  const summary = evaluationSummary(roles, judgement);
  if (judgement.denied) {
    if (identity !== undefined) {
      await writeSettlement(work, roles, settlement);
      await rememberSignIn(work, key, arrival, judgement);
    }
    return refuse(work, request, 'no-role', summary, created ? undefined : member.id);
  }
  await admitMember(work, key, arrival, before);
  await writeSettlement(work, roles, settlement);
  await rememberSignIn(work, key, arrival, judgement);
  await openSession(work, request, member.id);
  const result = { outcome: 'signed-in', member: member.id } as const;
  await work.tx.history.trace(traceOf(work, request, result, summary));
  const signedIn: SignedIn = {
    outcome: 'signed-in',
    organization,
    member,
    created,
    linkedBy,
    grants: settlement.after,
    added: settlement.add,
    removed: settlement.remove,
    warnings: evaluation.warnings,
  };
  return signedIn;
}

async function openSession(work: Work, request: SignInRequest, member: string): Promise<void> {
  const { session, connection, issuer } = request;
  if (session === undefined) return;
  const { id, expiresAt, sessionIndex, name: { format, subject } = request } = session;
  const { organization, at: beganAt } = work;
  const row = { organization, id, member, connection, issuer, format, subject, sessionIndex };
  await beginSession(work, { ...row, beganAt, expiresAt });
}

async function refuse(
  work: Work,
  request: Verified,
  code: SignInRefusalCode,
  detail: Readonly<Record<string, unknown>>,
  member?: string,
): Promise<SignInRefused> {
  const result = { outcome: 'refused', code, ...(member !== undefined && { member }) } as const;
  await work.tx.history.trace(traceOf(work, request, result, detail));
  return refused(request, code, work.organization);
}

function refused({ reference }: Verified, code: SignInRefusalCode, organization?: string): SignInRefused {
  const message = refusalMessages[code];
  return {
    outcome: 'refused',
    code,
    message,
    reference,
    ...(organization !== undefined && { organization }),
  };
}
