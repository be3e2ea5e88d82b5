import {
  claimsOf,
  MappingIndex,
  sourceKey,
  whyNot,
  type EvaluatedGrant,
  type EvaluationWarning,
  type Claims,
  type Evaluation,
  type MappingSource,
  type RoleMapping,
  type WhyNot,
} from '@idp-roles/mapping';
import { newId, type Connection, type Directory, type StoreReader } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { evaluateConnection, evaluateDirectory } from './evaluate-source.js';
import { findMember } from './find.js';
import { readMappingDraft } from './mapping-draft.js';
import { readRules, sourceOf, type Rules } from './rules.js';
import { isTakenOver } from './take-over.js';
import { refuseProblems, UseCaseError } from './use-case-error.js';

export interface PreviewMappings {
  readonly organization: string;
  readonly source: MappingSource;
  /** As an ID token's or UserInfo's JSON. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** A mapping to try, in the place of the one with its `id` or beside the others. */
  readonly draft?: unknown;
  /** Whose sign-in it would be, for `import`; absent: somebody new. */
  readonly member?: string;
}

export interface MappingPreview {
  /** Roles as slugs. */
  readonly evaluation: {
    readonly grants: readonly EvaluatedGrant[];
    readonly warnings: readonly EvaluationWarning[];
    readonly incomplete: boolean;
  };
  /** For each mapping that gave nothing, why (M10). */
  readonly whyNot: readonly WhyNot[];
}

/**
 * What these claims would give: at a sign-in, or as those of a directory's user. Writes nothing. Errors: `organization-not-found`,
 * `connection-not-found`, `directory-not-found`, `member-not-found`, those of a draft.
 */
export async function previewMappings(
  context: UseCaseContext,
  input: PreviewMappings,
): Promise<MappingPreview> {
  const { read } = context.store;
  const rules = await readRules(context.model, read, input.organization);
  const { roles } = rules;
  const giver = findSource(rules, input.source);
  const index = await previewIndex(context, rules, input);
  const evaluation = await evaluateAs(
    context,
    giver,
    { rules, index, claims: claimsOf(input.claims) },
    input,
  );
  const { grants, warnings, incomplete } = evaluation;
  return {
    evaluation: {
      grants: grants.map((grant) => ({ ...grant, role: roles.slugOf(grant.role) })),
      warnings,
      incomplete,
    },
    whyNot: [...index].flatMap((mapping) => whyNot(evaluation, mapping) ?? []),
  };
}

async function evaluateAs(
  context: UseCaseContext,
  giver: Connection | Directory,
  judged: { readonly rules: Rules; readonly index: MappingIndex; readonly claims: Claims },
  input: PreviewMappings,
): Promise<Evaluation> {
  const { read } = context.store;
  if (!('protocol' in giver)) return evaluateDirectory(context, read, { ...judged, directory: giver });
  const importRuns = await importWouldRun(read, input);
  return evaluateConnection(context, read, {
    ...judged,
    connection: giver,
    importRuns,
    takenOver: await wouldBeTakenOver(read, judged.rules, input),
  });
}

function findSource(rules: Rules, source: MappingSource): Connection | Directory {
  const found = sourceOf(rules, sourceKey(source));
  if (found !== undefined) return found;
  const code = 'connection' in source ? 'connection-not-found' : 'directory-not-found';
  throw new UseCaseError(code, `there is no \`${sourceKey(source)}\``);
}

/** An index of its own: a draft must not reach the one that sign-ins use. */
async function previewIndex(
  { store: { read }, allowResourceMappings, resolved }: UseCaseContext,
  rules: Rules,
  { organization, source, draft }: PreviewMappings,
): Promise<MappingIndex> {
  const index = await rules.index(sourceKey(source));
  if (draft === undefined) return index;
  const id = newId('map', organization);
  const mapping = await readMappingDraft(read, withSource(draft, source), {
    rules,
    allowResourceMappings,
    resolved,
    id,
  });
  return index.set(mapping);
}

/** S6: nobody who is yet to come is. */
async function wouldBeTakenOver(
  read: StoreReader,
  rules: Rules,
  { organization, member, source }: PreviewMappings,
): Promise<boolean> {
  if (member === undefined || !('connection' in source) || rules.directories.length === 0) return false;
  const users = await read.directoryUsers.ofMember(organization, member);
  return isTakenOver(rules, source.connection, users);
}

function withSource(draft: unknown, source: MappingSource): unknown {
  if (typeof draft !== 'object' || draft === null || Array.isArray(draft)) return draft;
  const given = (draft as Partial<RoleMapping>).source;
  if (given === undefined) return { ...draft, source };
  if (JSON.stringify(given) !== JSON.stringify(source)) {
    const message = 'the draft is of another source than the preview';
    refuseProblems([{ path: 'draft.source', code: 'source-invalid', message }]);
  }
  return draft;
}

async function importWouldRun(
  read: StoreReader,
  { organization, member, source }: PreviewMappings,
): Promise<boolean> {
  if (member === undefined) return true;
  await findMember(read, organization, member);
  const identities = await read.members.identities(organization, member);
  const own = identities.find((identity) => identity.source === sourceKey(source));
  // Known already, but not by this connection: import never runs for them (S4).
  return own === undefined ? false : !own.importDone;
}
