import type { RoleMapping } from '@idp-roles/mapping';
import { newId, newOrganizationId, newTimedId } from '../ids.js';
import type { Connection } from '../ports/connections.js';
import type { Grant } from '../ports/grants.js';
import type { AuditEvent, SignInTrace } from '../ports/history.js';
import type { Identity, Member } from '../ports/members.js';
import type { Organization } from '../ports/organizations.js';
import type { Resource } from '../ports/resources.js';
import type { StoredRoleMapping } from '../ports/role-mappings.js';
import type { TenantRoleRow } from '../ports/roles.js';
import type { SessionRow } from '../ports/sessions.js';
import { START, type Subject } from './subject.js';

/** Inserts it; answers its id. */
export async function anOrganization(on: Subject, with_: Partial<Organization> = {}): Promise<string> {
  const value = organization(with_);
  await on.write((tx) => tx.organizations.insert(value));
  return value.id;
}

/** Inserts it into a new organization, or the one named. */
export async function aMember(on: Subject, with_: Partial<Member> = {}): Promise<Member> {
  const value = member(with_.organization ?? (await anOrganization(on)), with_);
  await on.write((tx) => tx.members.insert(value));
  return value;
}

export function organization(with_: Partial<Organization> = {}): Organization {
  return {
    id: newOrganizationId(),
    name: 'Acme',
    roleSource: 'directory',
    roleSelection: 'all',
    keepClaims: true,
    createdAt: START,
    updatedAt: START,
    ...with_,
  };
}

export function member(owner: string, with_: Partial<Member> = {}): Member {
  return {
    organization: owner,
    id: newId('mem', owner),
    status: 'active',
    emailLinks: true,
    sessionsValidFrom: 0,
    createdVia: 'api',
    createdAt: START,
    updatedAt: START,
    ...with_,
  };
}

export function identity(who: Member, with_: Partial<Identity> = {}): Identity {
  return {
    organization: who.organization,
    source: 'sso:con_1',
    issuer: 'https://idp.test',
    format: 'sub',
    subject: 'alice',
    member: who.id,
    importDone: false,
    createdAt: START,
    ...with_,
  };
}

export function grant(who: Member, with_: Partial<Grant> = {}): Grant {
  return {
    organization: who.organization,
    id: newId('gra', who.organization),
    member: who.id,
    role: 'org-member',
    source: 'api',
    basis: 'api',
    evidence: [],
    assignedBy: 'host',
    createdAt: START,
    ...with_,
  };
}

export function connection(owner: string, with_: Partial<Connection> = {}): Connection {
  return {
    organization: owner,
    id: newId('con', owner),
    name: 'Acme Okta',
    protocol: 'oidc',
    state: 'active',
    settings: { clientId: 'abc', scopes: ['openid'] },
    issuer: 'https://idp.test',
    defaultSyncMode: 'force',
    denyWithoutRole: false,
    absentClaim: 'revoke',
    jit: true,
    version: 1,
    createdAt: START,
    updatedAt: START,
    ...with_,
  };
}

export function roleMapping(owner: string, with_: Partial<RoleMapping> = {}): StoredRoleMapping {
  const mapping: RoleMapping = {
    id: newId('map', owner),
    source: { connection: 'con_1' },
    claim: 'groups',
    value: 'Engineering',
    role: 'org-member',
    ...with_,
  };
  return { organization: owner, mapping, createdAt: START, updatedAt: START };
}

export function role(owner: string, with_: Partial<TenantRoleRow> = {}): TenantRoleRow {
  const id = newId('rol', owner);
  return {
    organization: owner,
    id,
    slug: `custom-${id}`,
    name: 'Auditor',
    on: 'organization',
    permissions: ['invoice:view'],
    idpGrantable: true,
    keepLastHolder: false,
    position: 0,
    createdAt: START,
    updatedAt: START,
    ...with_,
  };
}

export function resource(owner: string, type: string, id: string, parent?: Resource): Resource {
  const under = parent && { parent: { type: parent.type, id: parent.id } };
  return { organization: owner, type, id, ...under, createdAt: START };
}

export function session(who: Member, with_: Partial<SessionRow> = {}): SessionRow {
  return {
    organization: who.organization,
    id: newId('tok', who.organization),
    member: who.id,
    connection: 'con_1',
    issuer: 'https://idp.test',
    format: 'sub',
    subject: 'alice',
    beganAt: START,
    expiresAt: START + 60_000,
    ...with_,
  };
}

export function auditEvent(owner: string, with_: Partial<AuditEvent> = {}): AuditEvent {
  const at = with_.at ?? START;
  return {
    organization: owner,
    id: newTimedId('aud', owner, at),
    at,
    action: 'grant.added',
    actor: { kind: 'host' },
    ...with_,
  };
}

export function trace(owner: string, through: string, with_: Partial<SignInTrace> = {}): SignInTrace {
  const at = with_.at ?? START;
  const id = newTimedId('tra', owner, at);
  return {
    organization: owner,
    connection: through,
    id,
    at,
    outcome: 'signed-in',
    reference: id,
    detail: {},
    ...with_,
  };
}
