import { claimsOf } from '@idp-roles/mapping';
import { openStore, type Actor, type Grant, type Store } from '@idp-roles/store';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { aSchema, databaseUrl } from '../../store/test/postgres-database.js';
import {
  createConnection,
  createMapping,
  createOrganization,
  getMember,
  RulesCache,
  signIn,
  type ConnectionDraft,
  type ModelRole,
  type SignedIn,
  type SignInOutcome,
  type SignInRefused,
  type SignInRequest,
  type UseCaseContext,
  type UseCaseEvent,
} from '../src/index.js';

const role = (slug: string, permissions: string[], more: Partial<ModelRole> = {}): ModelRole => ({
  id: slug,
  slug,
  name: slug,
  on: 'organization',
  permissions,
  idpGrantable: true,
  keepLastHolder: false,
  ...more,
});

const model = {
  roles: [
    role('org-owner', ['organization:manage'], { idpGrantable: false }),
    role('org-admin', ['organization:manage', 'workspace:manage', 'project:edit', 'project:view'], {
      keepLastHolder: true,
    }),
    role('org-member', ['project:view']),
    role('org-billing', ['invoice:view']),
    role('org-guest', ['workspace:view']),
    role('workspace-admin', ['workspace:manage', 'project:edit'], { on: 'workspace' }),
    role('project-editor', ['project:edit'], { on: 'project' }),
  ],
  resources: new Map([
    ['workspace', 'organization'],
    ['project', 'workspace'],
  ]),
  permissions: new Set([
    'organization:manage',
    'workspace:manage',
    'workspace:view',
    'project:edit',
    'project:view',
    'invoice:view',
  ]),
};

export const key: Actor = { kind: 'service-key', id: 'root' };
export type HomeName = 'SQLite' | 'PostgreSQL';
/** Where the store lives: PostgreSQL too where there is a server to test on. */
export const homes: readonly HomeName[] = databaseUrl === undefined ? ['SQLite'] : ['SQLite', 'PostgreSQL'];

const start = Date.UTC(2026, 0, 5, 9);

/** One real store in a folder of its own, with a clock that moves by hand. Organizations keep tests apart. */
export class World {
  now = start;
  readonly events: UseCaseEvent[] = [];
  readonly context: UseCaseContext;
  #organizations = 0;

  private constructor(
    readonly folder: string,
    readonly store: Store,
    clock: { now: () => number },
    private readonly drop?: () => Promise<void>,
  ) {
    clock.now = () => this.now;
    this.context = {
      store,
      clock: clock.now,
      model,
      rules: new RulesCache(),
      allowResourceMappings: false,
      notify: (event) => void this.events.push(event),
    };
  }

  static async open(home: HomeName = 'SQLite'): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'use-cases-'));
    const clock = { now: () => start };
    const secretKeys = ['a key for tests, 32 characters or more'];
    const database = home === 'PostgreSQL' ? await aSchema() : undefined;
    const location = database?.location ?? { folder };
    const store = await openStore(location, { secretKeys, clock: () => clock.now() });
    return new World(folder, store, clock, database?.drop);
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.drop?.();
    await rm(this.folder, { recursive: true });
  }

  /** With its own proven domain. */
  async organization(): Promise<Tenant> {
    const number = ++this.#organizations;
    const domain = `acme${number}.test`;
    const { id } = await createOrganization(this.context, {
      name: `Acme ${number}`,
      domains: [domain],
      actor: key,
    });
    return new Tenant(this, id, domain);
  }

  /** Every row of a table, straight from the file. */
  async rows(table: string, organization: string): Promise<readonly Record<string, unknown>[]> {
    const file = (await readdir(this.folder)).find((name) => /\.(sqlite|db)$/.test(name)) ?? '';
    const database = new DatabaseSync(join(this.folder, file), { readOnly: true });
    try {
      return database.prepare(`select * from ${table} where organization = ?`).all(organization);
    } finally {
      database.close();
    }
  }
}

export class Tenant {
  constructor(
    readonly world: World,
    readonly id: string,
    readonly domain: string,
  ) {}

  get context(): UseCaseContext {
    return this.world.context;
  }

  async connection(draft: Partial<ConnectionDraft> = {}): Promise<string> {
    const { connection } = await createConnection(this.context, {
      organization: this.id,
      actor: key,
      name: 'Acme Okta',
      protocol: 'oidc',
      settings: {},
      issuer: 'https://idp.test',
      sharedIssuer: false,
      ...draft,
    });
    return connection.id;
  }

  async mapping(connection: string, input: Record<string, unknown>): Promise<string> {
    const { mapping } = await createMapping(this.context, {
      organization: this.id,
      actor: key,
      input: { source: { connection }, claim: 'groups', ...input },
    });
    return mapping.id;
  }

  signIn(
    connection: string,
    subject: string,
    claims: Record<string, unknown> = {},
    more: Partial<SignInRequest> = {},
  ): Promise<SignInOutcome> {
    return this.signInBy(this.context, connection, subject, claims, more);
  }

  /** On another instance, say. */
  signInBy(
    context: UseCaseContext,
    connection: string,
    subject: string,
    claims: Record<string, unknown>,
    more: Partial<SignInRequest> = {},
  ): Promise<SignInOutcome> {
    return signIn(context, {
      connection,
      issuer: 'https://idp.test',
      format: 'sub',
      subject,
      claims: claimsOf(claims),
      email: `${subject}@${this.domain}`,
      name: subject,
      ...more,
    });
  }

  async signedIn(...args: Parameters<Tenant['signIn']>): Promise<SignedIn> {
    const outcome = await this.signIn(...args);
    if (outcome.outcome !== 'signed-in') throw new Error(`refused: ${outcome.code}`);
    return outcome;
  }

  async refused(...args: Parameters<Tenant['signIn']>): Promise<SignInRefused> {
    const outcome = await this.signIn(...args);
    if (outcome.outcome !== 'refused') throw new Error('signed in');
    return outcome;
  }

  /** `role basis source` of each grant, without the source's id, sorted. */
  async held(member: string): Promise<readonly string[]> {
    const { roles } = await getMember(this.context, { organization: this.id, member });
    return roles
      .map((one) => [one.role, one.basis, ...(one.resource ? [one.resource.id] : [])].join(' '))
      .toSorted();
  }

  grants(member: string): Promise<readonly Grant[]> {
    return this.world.store.read.grants.ofMember(this.id, member);
  }

  async audit(action?: string) {
    const page = { limit: 200, ...(action !== undefined && { action }) };
    return (await this.world.store.read.history.auditEvents(this.id, page)).data;
  }
}
