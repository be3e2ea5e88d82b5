import { randomBytes } from 'node:crypto';
import { type EmbeddedLocation, type Store } from '@idp-roles/store';
import type { PostgresLocation } from '@idp-roles/store';
import {
  createConnection,
  createMapping,
  createOrganization,
  RulesCache,
  type ModelRole,
  type UseCaseContext,
} from '@idp-roles/use-cases';

export type Location = EmbeddedLocation | PostgresLocation;
export const secretKeys = ['a key that is used by the tests of faults'];
export const host = { kind: 'host' } as const;
export const ISSUER = 'https://idp.test';

/** What a load works on. Each writer has a person and a mapping of its own, so that one state can be expected of it. */
export interface Setting {
  readonly location: Location;
  readonly organization: string;
  readonly connection: string;
  /** Of each writer. */
  readonly mappings: readonly string[];
}

const role = (slug: string, keepLastHolder = false): ModelRole => ({
  id: slug,
  slug,
  name: slug,
  on: 'organization',
  permissions: ['project:view'],
  idpGrantable: true,
  keepLastHolder,
});

export function contextOver(store: Store): UseCaseContext {
  return {
    store,
    clock: Date.now,
    model: {
      roles: [role('org-admin', true), role('org-member'), role('org-billing')],
      resources: new Map(),
      permissions: new Set(['project:view']),
    },
    rules: new RulesCache(),
    allowResourceMappings: false,
  };
}

export async function makeSetting(store: Store, location: Location, writers: number): Promise<Setting> {
  const context = contextOver(store);
  const name = `acme${randomBytes(4).toString('hex')}`;
  const { id: organization } = await createOrganization(context, {
    name,
    domains: [`${name}.test`],
    actor: host,
  });
  const { connection } = await createConnection(context, {
    organization,
    actor: host,
    name: 'IdP',
    protocol: 'oidc',
    settings: {},
    issuer: ISSUER,
    sharedIssuer: false,
  });
  const mappings: string[] = [];
  for (let writer = 0; writer < writers; writer++) {
    const input = {
      source: { connection: connection.id },
      claim: 'groups',
      value: `G${writer}`,
      role: 'org-member',
    };
    mappings.push((await createMapping(context, { organization, actor: host, input })).mapping.id);
  }
  return { location, organization, connection: connection.id, mappings };
}
