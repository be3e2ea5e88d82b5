import { randomBytes } from 'node:crypto';
import {
  AssignmentService,
  ConnectionService,
  MemberService,
  OrganizationService,
  ResourceService,
  RoleMappingService,
  type RoleMapping,
} from '@idp-roles/nestjs';
import type { Simulator } from '@idp-roles/simulator';
import { Injectable } from '@nestjs/common';
import type { access } from '../access.js';
import { AcmeDirectory } from './acme-directory.js';

const CLIENT_ID = 'atelier-demo';

/** What the demo shows, made once in an empty store, through the same services that a product would use. */
@Injectable()
export class FirstStart {
  constructor(
    private readonly organizations: OrganizationService,
    private readonly connections: ConnectionService,
    private readonly mappings: RoleMappingService,
    private readonly members: MemberService,
    private readonly resources: ResourceService<typeof access>,
    private readonly assignments: AssignmentService<typeof access>,
    private readonly acmeDirectory: AcmeDirectory,
  ) {}

  /** False where the store holds organizations already. */
  async run(simulator: Simulator): Promise<boolean> {
    const { data } = await this.organizations.list({ limit: 1 });
    if (data.length > 0) return false;
    const acme = await this.organizations.create({ name: 'Acme', domains: ['acme.test'] });
    const globex = await this.organizations.create({ name: 'Globex', domains: ['globex.test'] });
    await this.#grow(acme.id, globex.id);
    await this.#invite(acme.id);
    const connections = await this.#connectAcme(acme.id, simulator);
    await this.acmeDirectory.make(acme.id, connections, simulator);
    await this.#connectGlobex(globex.id, simulator);
    return true;
  }

  async #grow(acme: string, globex: string): Promise<void> {
    const platform = { type: 'workspace', id: 'platform' } as const;
    const studio = { type: 'workspace', id: 'studio' } as const;
    await this.resources.upsert(acme, { ...platform, name: 'Platform' });
    await this.resources.upsert(acme, { ...studio, name: 'Studio' });
    await this.resources.upsert(acme, {
      type: 'project',
      id: 'api-backend',
      name: 'API Backend',
      parent: platform,
    });
    await this.resources.upsert(acme, { type: 'project', id: 'web-app', name: 'Web App', parent: platform });
    await this.resources.upsert(acme, {
      type: 'project',
      id: 'brand-site',
      name: 'Brand Site',
      parent: studio,
    });
    const plant = { type: 'workspace', id: 'plant' } as const;
    await this.resources.upsert(globex, { ...plant, name: 'Plant' });
    await this.resources.upsert(globex, { type: 'project', id: 'reactor', name: 'Reactor', parent: plant });
  }

  async #invite(acme: string): Promise<void> {
    const bob = await this.members.invite({ organization: acme, email: 'bob@acme.test', name: 'Bob' });
    await this.assignments.assign({ organization: acme, member: bob.id, role: 'org-admin' });
    const alice = await this.members.invite({ organization: acme, email: 'alice@acme.test', name: 'Alice' });
    const toAlice = { organization: acme, member: alice.id, by: bob.id };
    await this.assignments.assign({
      ...toAlice,
      role: 'workspace-admin',
      resource: { type: 'workspace', id: 'platform' },
    });
    await this.assignments.assign({
      ...toAlice,
      role: 'project-editor',
      resource: { type: 'project', id: 'api-backend' },
    });
  }

  async #connectAcme(acme: string, simulator: Simulator): Promise<readonly string[]> {
    const { saml } = simulator;
    const samlConnection = await this.connections.create(acme, {
      name: 'Acme SAML',
      protocol: 'saml',
      saml: {
        idpIssuer: saml.idpIssuer,
        entryPoint: saml.entryPoint,
        certificates: [saml.certificate],
        logoutUrl: saml.sloUrl,
      },
      ...vouchedFor('Acme'),
    });
    saml.registerServiceProvider(this.connections.serviceProvider(samlConnection.id));
    const oidcConnection = await this.#connectOidc(acme, 'Acme', CLIENT_ID, simulator);
    const connections = [samlConnection.id, oidcConnection];
    for (const connection of connections) await this.#mapGroups(acme, connection);
    return connections;
  }

  async #connectGlobex(globex: string, simulator: Simulator): Promise<void> {
    const connection = await this.#connectOidc(globex, 'Globex', `${CLIENT_ID}-globex`, simulator);
    await this.#mapGroups(globex, connection);
  }

  async #connectOidc(id: string, name: string, clientId: string, { oidc }: Simulator): Promise<string> {
    const clientSecret = randomBytes(24).toString('base64url');
    const connection = await this.connections.create(id, {
      name: `${name} OpenID Connect`,
      protocol: 'oidc',
      oidc: { issuer: oidc.issuer, clientId, clientSecret },
      ...vouchedFor(name),
    });
    const { redirectUri, postLogoutRedirectUri, backchannelLogoutUri } = this.connections.relyingParty(
      connection.id,
    );
    oidc.registerClient({
      clientId,
      clientSecret,
      redirectUris: [redirectUri],
      postLogoutRedirectUris: [postLogoutRedirectUri],
      backchannelLogoutUri,
    });
    return connection.id;
  }

  async #mapGroups(organization: string, connection: string): Promise<void> {
    const source = { connection };
    await this.#map(organization, { source, claim: 'groups', value: 'Engineering', role: 'org-member' });
    await this.#map(organization, { source, claim: 'groups', value: 'Finance', role: 'org-billing' });
    await this.#map(organization, {
      source,
      claim: 'department',
      value: 'Design',
      role: 'org-guest',
      syncMode: 'import',
    });
  }

  async #map(organization: string, mapping: Omit<RoleMapping, 'id'>): Promise<void> {
    await this.mappings.create(organization, { ...mapping, note: `${mapping.value} → ${mapping.role}` });
  }
}

/**
 * One IdP serves both organizations, so each connection asks whose account it is: nobody of Globex signs in to Acme. Whom it vouches for
 * is let in at their first sign-in, also where a directory has not named them yet, which is off unless said (L4).
 */
function vouchedFor(organization: string) {
  return { requiredClaims: { organization }, jit: true };
}
