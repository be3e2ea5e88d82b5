import type { Evidence } from '@idp-roles/mapping';
import type { Grant } from '@idp-roles/store';
import type { RoleCatalogue } from './role-catalogue.js';
import type { Settlement } from './settlement.js';
import type { Work } from './work.js';

/** S13: one audit event for each grant that came, went, was kept, or is supported by something else now. */
export function recordGrants(work: Work, roles: RoleCatalogue, settlement: Settlement): void {
  const { member, cause, add, remove, kept, evidence } = settlement;
  const keptNow = kept.filter((grant) => isNews(grant, settlement));
  const event = (action: string, grant: Grant, details: { before?: unknown; after?: unknown }, why: object) =>
    work.record(action, {
      member: member.id,
      subject: { type: 'role-assignment', id: grant.id },
      cause: { ...cause, ...why },
      ...details,
    });
  for (const grant of add) {
    event('grant.added', grant, { after: shown(grant, roles) }, causeOf(grant, 'no-organization-role'));
  }
  for (const grant of remove) {
    event('grant.removed', grant, { before: shown(grant, roles) }, causeOf(grant, 'default-not-due'));
  }
  for (const grant of keptNow) {
    event(
      'grant.kept-last-holder',
      grant,
      { before: shown(grant, roles), after: shown(grant, roles) },
      causeOf(grant),
    );
    const { role, resource, source } = grant;
    work.announce({
      type: 'last-holder-kept',
      organization: work.organization,
      member: member.id,
      role: roles.slugOf(role),
      ...(resource && { resource }),
      source,
    });
  }
  const keptIds = new Set(kept.map(({ id }) => id));
  for (const change of evidence) {
    if (keptIds.has(change.grant.id)) continue;
    const before = change.grant.evidence.map(support);
    event('grant.evidence-changed', change.grant, { before, after: change.evidence.map(support) }, {});
  }
  if (add.length === 0 && remove.length === 0) return;
  work.announce({
    type: 'roles-changed',
    organization: work.organization,
    member: member.id,
    added: add.map(({ role }) => roles.slugOf(role)),
    removed: remove.map(({ role }) => roles.slugOf(role)),
  });
}

/** A grant that was kept before and is kept again is no news (S12). Default grants have no evidence to tell by. */
function isNews(grant: Grant, { add, remove }: Settlement): boolean {
  return grant.evidence.length > 0 || (grant.basis === 'default' && add.length + remove.length > 0);
}

function causeOf({ source, basis, evidence }: Grant, ofDefault?: string): object {
  if (basis === 'default' && ofDefault !== undefined) return { source, default: ofDefault };
  return evidence.length > 0 ? { source, evidence: evidence.map(support) } : { source };
}

function support({ mapping, claim, value }: Evidence): object {
  return { mapping, claim, value };
}

function shown({ role, resource, source, basis, expiresAt }: Grant, roles: RoleCatalogue): object {
  return {
    role: roles.slugOf(role),
    ...(resource && { resource }),
    source,
    basis,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}
