import { randomUUID } from 'node:crypto';
import {
  prepareSnapshot,
  type AccessModel,
  type PreparedSnapshot,
  type ResourceReference,
  type SnapshotGrant,
} from '@idp-roles/access';
import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../access/principal-provider.js';
import { ResourceShelf } from './resource-shelf.js';
import { TEST_MEMBER, TEST_ORGANIZATION, type TestPerson, type TestResource } from './test-person.js';

const HEADER = 'x-idp-roles-test-as';

/**
 * Chooses who is asking, for the whole test or for one request. Answers both ports of the guard from memory; the guard
 * itself is the real one.
 */
export class TestAccess<Model extends AccessModel = AccessModel> {
  readonly #resources: ResourceShelf;
  readonly #snapshots = new Map<string, PreparedSnapshot>();
  readonly #byHeader = new Map<string, Principal>();
  #current: Principal | undefined;
  #version = 0;

  constructor(private readonly model: AccessModel) {
    this.#resources = new ResourceShelf(model);
  }

  /** From here on every request is this person's; `undefined` for nobody. */
  as(person: TestPerson<Model> | undefined): void {
    this.#current = person && this.#enter(person, TEST_MEMBER);
  }

  /** Headers that make one request this person's, whoever the test is otherwise. */
  headers(person: TestPerson<Model>): Readonly<Record<string, string>> {
    const token = randomUUID();
    this.#byHeader.set(token, this.#enter(person, `${TEST_MEMBER}-${this.#byHeader.size + 1}`));
    return { [HEADER]: token };
  }

  /** Parents first. Resources right under the organization that somebody holds a role on need no listing. */
  add(...resources: readonly TestResource[]): void {
    for (const resource of resources) this.#resources.add(resource);
  }

  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    if (context.getType() !== 'http') return this.#current;
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    const token = headers[HEADER];
    return typeof token === 'string' ? this.#byHeader.get(token) : this.#current;
  }

  async snapshot(organization: string, member: string): Promise<PreparedSnapshot | undefined> {
    return this.#snapshots.get(JSON.stringify([organization, member]));
  }

  async path(
    organization: string,
    resource: ResourceReference,
  ): Promise<readonly ResourceReference[] | undefined> {
    return this.#resources.path(organization, resource);
  }

  #enter(person: TestPerson<Model>, unnamed: string): Principal {
    const { organization = TEST_ORGANIZATION, member = unnamed, status = 'active', session } = person;
    const { sessionsValidFrom = 0 } = person;
    this.#version += 1;
    const grants = person.roles.map((role, index) =>
      this.#grant(organization, `test-grant-${this.#version}-${index}`, role),
    );
    const snapshot = { organization, member, status, sessionsValidFrom, version: this.#version, grants };
    this.#snapshots.set(JSON.stringify([organization, member]), prepareSnapshot(this.model, snapshot));
    return { organization, member, ...(session && { session }) };
  }

  #grant(organization: string, id: string, held: unknown): SnapshotGrant {
    const terms = typeof held === 'string' ? { role: held } : (held as Omit<SnapshotGrant, 'id'>);
    const role = this.model.roles.get(terms.role);
    const { resource, source = 'api', expiresAt } = terms as Partial<SnapshotGrant>;
    if (role === undefined) throw new Error(`testing: \`${terms.role}\` is no role of the access model`);
    if (role.on !== (resource?.type ?? 'organization'))
      throw new Error(`testing: role \`${role.slug}\` is held on a ${role.on}; give it such a \`resource\``);
    if (resource && !this.#resources.has(organization, resource))
      this.#resources.add({ organization, ...resource });
    return {
      id,
      role: role.id,
      source,
      basis: source === 'api' ? 'api' : 'force',
      ...(resource && { resource }),
      ...(expiresAt !== undefined && { expiresAt }),
    };
  }
}
