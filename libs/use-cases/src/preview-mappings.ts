import {
  claimsOf,
  MappingIndex,
  sourceKey,
  whyNot,
  type EvaluatedGrant,
  type EvaluationWarning,
  type MappingSource,
  type RoleMapping,
  type WhyNot,
} from '@idp-roles/mapping';
import { newId, type Connection, type StoreReader } from '@idp-roles/store';
import type { UseCaseContext } from './context.js';
import { evaluateConnection } from './evaluate-connection.js';
import { findMember, findOrganization } from './find.js';
import { readMappingDraft } from './mapping-draft.js';
import { RoleCatalogue } from './role-catalogue.js';
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

/** What a sign-in with these claims would give. Writes nothing. Errors: `organization-not-found`, `member-not-found`, those of a draft. */
export async function previewMappings(
  context: UseCaseContext,
  input: PreviewMappings,
): Promise<MappingPreview> {
  const { read } = context.store;
  const organization = await findOrganization(read, input.organization);
  const connection = await sourceOf(read, input);
  const roles = await RoleCatalogue.read(context.model, read.roles, organization.id);
  const index = await previewIndex(context, roles, input);
  const importRuns = await importWouldRun(read, input);
  const claims = claimsOf(input.claims);
  const evaluation = await evaluateConnection(context, read, {
    organization,
    connection,
    roles,
    index,
    claims,
    importRuns,
  });
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

async function sourceOf(read: StoreReader, { organization, source }: PreviewMappings): Promise<Connection> {
  const found =
    'connection' in source ? await read.connections.get(organization, source.connection) : undefined;
  if (found !== undefined) return found;
  throw new UseCaseError('connection-not-found', `there is no \`${sourceKey(source)}\``);
}

/** An index of its own: a draft must not reach the one that sign-ins use. */
async function previewIndex(
  { store: { read }, allowResourceMappings }: UseCaseContext,
  roles: RoleCatalogue,
  { organization, source, draft }: PreviewMappings,
): Promise<MappingIndex> {
  const { changed } = await read.mappings.changedSince(organization, sourceKey(source), 0);
  const index = new MappingIndex(changed.map(({ mapping }) => mapping));
  if (draft === undefined) return index;
  const id = newId('map', organization);
  const rules = { roles, allowResourceMappings, organization, id };
  const { mapping } = await readMappingDraft(read, withSource(draft, source), rules);
  return index.set(mapping);
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
