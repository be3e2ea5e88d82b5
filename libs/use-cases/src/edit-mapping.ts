import { parseRoleMapping, sourceKey, type EvaluationContext, type RoleMapping } from '@idp-roles/mapping';
import type { Actor, StoredRoleMapping, StoreReader, StoreTransaction } from '@idp-roles/store';
import { isDeepStrictEqual } from 'node:util';
import { requireAuthority } from './authority.js';
import type { UseCaseContext } from './context.js';
import { namedResource, type MappingWritten } from './create-mapping.js';
import { presentMapping, readMappingDraft } from './mapping-draft.js';
import { mappingWarnings } from './mapping-warnings.js';
import { supportAfterEdit } from './remaining-support.js';
import { existingOf } from './resolved-resources.js';
import { anyDomain, type RuleFacts } from './rules.js';
import { refuseProblems, UseCaseError } from './use-case-error.js';
import { withdrawSupport } from './withdraw-support.js';
import { mayWiden } from './widening.js';
import { resyncSource } from './resync-directories.js';
import { performOnRules } from './work.js';

export interface EditMapping {
  readonly organization: string;
  readonly mapping: string;
  readonly actor: Actor;
  /** A part of M1's JSON, as a JSON merge patch (RFC 7396): null takes a field out. `id` and `source` stay. */
  readonly changes: unknown;
}

/**
 * S9: what the edited mapping alone gave and gives no more is taken at once; what it newly gives comes with the next sign-in, in a directory now, by a job.
 * Errors: `mapping-not-found`, those of `createMapping`, `last-holder`.
 */
export async function editMapping(context: UseCaseContext, input: EditMapping): Promise<MappingWritten> {
  return performOnRules(context, input, async (work) => {
    const { tx, organization, at } = work;
    const stored = await findMapping(tx, organization, input.mapping);
    const rules = await work.rules();
    const { roles } = rules;
    const before = stored.mapping;
    const merged = merge(presentMapping(before, roles), input.changes);
    const { allowResourceMappings } = context;
    const stopped = stoppedOnly(before, presentMapping(before, roles), merged);
    const after =
      stopped ??
      (await readMappingDraft(tx, merged, {
        rules,
        allowResourceMappings,
        resolved: context.resolved,
        id: before.id,
      }));
    if (stopped === undefined) {
      await requireAuthority(work, roles, roles.byId(after.role)?.permissions ?? [], namedResource(after));
    }
    if (!isDeepStrictEqual(before, after)) {
      await tx.mappings.update({ ...stored, mapping: after, updatedAt: at });
      const shown = { before: presentMapping(before, roles), after: presentMapping(after, roles) };
      work.record('role-mapping.updated', { subject: { type: 'role-mapping', id: before.id }, ...shown });
      const facts = await factsOf(context, tx, rules, after);
      const support = supportAfterEdit(tx, before, after, facts);
      const cause = { by: 'mapping-edit', mapping: before.id };
      await withdrawSupport(work, before.id, support, cause);
      // M12: what a better role outranked may be due once that is gone.
      if (mayWiden(before, after) || rules.organization.roleSelection === 'highest') {
        await resyncSource(work, rules, after, cause);
      }
    }
    return {
      mapping: presentMapping(after, roles),
      warnings: await mappingWarnings(tx, rules, after),
    };
  });
}

/** Switching a mapping off gives nobody anything, so it works although its role or its domain is gone, and whoever asks for it. */
function stoppedOnly(
  before: RoleMapping,
  shown: RoleMapping,
  merged: Record<string, unknown>,
): RoleMapping | undefined {
  if (merged['role'] !== shown.role) return undefined;
  const parsed = parseRoleMapping({ ...merged, role: before.role });
  if (!parsed.ok || parsed.mapping.enabled !== false) return undefined;
  const { note } = parsed.mapping;
  const { note: _, ...rest } = before;
  const stopped = { ...rest, enabled: false, ...(note !== undefined && { note }) };
  const { enabled: _before, ...asked } = parsed.mapping;
  const { enabled: _after, ...kept } = stopped;
  return isDeepStrictEqual(asked, kept) ? stopped : undefined;
}

export async function findMapping(
  reader: StoreReader | StoreTransaction,
  organization: string,
  id: string,
): Promise<StoredRoleMapping> {
  const found = await reader.mappings.get(organization, id);
  if (found === undefined) throw new UseCaseError('mapping-not-found', `there is no role mapping \`${id}\``);
  return found;
}

function merge(before: RoleMapping, changes: unknown): Record<string, unknown> {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    const message = 'the changes must be an object';
    refuseProblems([{ path: '', code: 'not-an-object', message }]);
  }
  const merged = { ...before, ...(changes as Record<string, unknown>) };
  const fixed = { id: before.id, source: before.source };
  if ('source' in merged && JSON.stringify(merged.source) !== JSON.stringify(before.source)) {
    const message = `a mapping stays with \`${sourceKey(before.source)}\`; make a new one for another source`;
    refuseProblems([{ path: 'source', code: 'source-fixed', message }]);
  }
  return Object.fromEntries(
    Object.entries({ ...merged, ...fixed }).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** What the engine must know to judge evidence: today's roles, domains and resources, and nothing of a person. */
async function factsOf(
  context: UseCaseContext,
  tx: StoreTransaction,
  rules: RuleFacts,
  { source, resource, id }: RoleMapping,
): Promise<EvaluationContext> {
  const { organization, roles, provenDomains } = rules;
  const held = await tx.grants.withEvidenceOf(organization.id, id);
  const named = held.flatMap((grant) => (grant.resource ? [grant.resource] : []));
  const asked = resource === undefined ? named : [...named, resource];
  return {
    provenDomains,
    anyDomain: anyDomain(rules, source),
    source,
    // Every stored mapping says its own mode.
    defaultSyncMode: 'force',
    absentClaim: 'revoke',
    roles: roles.targets,
    importRuns: false,
    takenOver: false,
    roleSelection: 'all',
    ...(context.allowResourceMappings && {
      resources: await existingOf(context, tx.resources, organization.id, asked),
    }),
  };
}
