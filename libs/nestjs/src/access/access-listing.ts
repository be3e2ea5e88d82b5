import {
  isPathOf,
  ORGANIZATION,
  sufficientRoles,
  tenantRoles,
  typesUpFrom,
  type PreparedSnapshot,
  type ResourceReference,
  type Role,
  type Wanted,
} from '@idp-roles/access';
import { StoreError, type Page, type ReachedResource } from '@idp-roles/store';
import { Injectable, Optional } from '@nestjs/common';
import { AccessLists } from './access-lists.js';
import { AccessListException } from './access-problems.js';
import { AccessReader } from './access-reader.js';
import { AccessSettings } from './access-settings.js';
import type { AccessibleResources, MemberWithAccess, ResourceFilter } from './access-listed.js';
import { filterText } from './filter-text.js';

interface PageAsked {
  readonly after?: string;
  readonly limit?: number;
}

interface Asking {
  readonly organization: string;
  readonly member: string;
}

const DEFAULT_LIMIT = 50;

/** The lists of `AccessService`: what `check` would say of each, without asking one by one. */
@Injectable()
export class AccessListing {
  constructor(
    private readonly reader: AccessReader,
    private readonly settings: AccessSettings,
    @Optional() private readonly lists?: AccessLists,
  ) {}

  async resources(
    { organization, member }: Asking,
    type: string,
    wanted: Wanted,
    page: PageAsked,
  ): Promise<AccessibleResources> {
    const lists = this.#lists();
    if (lists.isResolved(type)) throw new AccessListException('type-resolved');
    const snapshot = await this.reader.snapshot(organization, member);
    const { now, sufficient } = this.#sufficient(
      snapshot?.roles() ?? [...this.#model.roles.values()],
      wanted,
      type,
    );
    if (snapshot?.status !== 'active') return { data: [] };
    return this.#page<ReachedResource>(() =>
      lists.resources(organization, {
        ...withLimit(page),
        member,
        types: typesUpFrom(this.#model, type),
        sufficient: [...sufficient].map(([on, roles]) => ({ on, roles: roles.map(({ id }) => id) })),
        everything: holdsOnOrganization(snapshot, sufficient, now),
        now,
      }),
    );
  }

  async members(
    organization: string,
    place: ResourceReference | typeof ORGANIZATION,
    wanted: Wanted,
    page: PageAsked,
  ): Promise<Page<MemberWithAccess>> {
    const lists = this.#lists();
    const resource = place === ORGANIZATION ? undefined : place;
    const roles = await this.#roles(organization);
    const { now, sufficient } = this.#sufficient(roles.values(), wanted, resource?.type);
    const path = resource ? await this.reader.path(organization, resource) : [];
    // As `check` says of each: not of this organization, or not where the model has it.
    if (path === undefined || !isPathOf(this.#model, resource, path)) return { data: [] };
    const places = [...path.map((one) => ({ type: one.type, id: one.id })), undefined];
    const found = await this.#page(() =>
      lists.members(organization, {
        ...withLimit(page),
        places: places.map((one) => ({
          ...(one && { resource: one }),
          roles: (sufficient.get(one?.type ?? ORGANIZATION) ?? []).map(({ id }) => id),
        })),
        now,
      }),
    );
    const data = found.data.map(({ grants, ...person }): MemberWithAccess => ({
      ...person,
      via: grants.map((grant) => ({
        grant: grant.id,
        role: roles.get(grant.role)?.slug ?? grant.role,
        ...(grant.resource && { resource: grant.resource }),
        source: grant.source,
        inherited: grant.resource?.type !== resource?.type,
      })),
    }));
    return { ...found, data };
  }

  async filter(
    { organization, member }: Asking,
    type: string,
    wanted: Wanted,
    firstParameter: number,
  ): Promise<ResourceFilter> {
    const snapshot = await this.reader.snapshot(organization, member);
    const { now, sufficient } = this.#sufficient(
      snapshot?.roles() ?? [...this.#model.roles.values()],
      wanted,
      type,
    );
    const active = snapshot?.status === 'active' ? snapshot : undefined;
    const everything = active !== undefined && holdsOnOrganization(active, sufficient, now);
    const granted = new Map<string, ResourceReference>();
    for (const { role, resource, expiresAt } of active?.grants ?? []) {
      const suffices = sufficient.get(resource?.type ?? ORGANIZATION)?.some(({ id }) => id === role);
      if (resource === undefined || !suffices || !(now < (expiresAt ?? Number.POSITIVE_INFINITY))) continue;
      granted.set(`${resource.type}:${resource.id}`, resource);
    }
    const schema = this.lists?.schema;
    const sql = schema && filterText({ schema, organization, member, sufficient, now, firstParameter });
    return { everything, granted: [...granted.values()], ...(sql && { sql }) };
  }

  get #model() {
    return this.settings.model;
  }

  #lists(): AccessLists {
    if (this.lists) return this.lists;
    throw new Error('access: lists are read from the store; import `IdpRolesModule` to use them');
  }

  #sufficient(roles: Iterable<Role>, wanted: Wanted, type?: string) {
    const sufficient = sufficientRoles(this.#model, roles, wanted, type);
    if (sufficient === undefined) throw new AccessListException('question-unknown');
    return { sufficient, now: this.settings.now() };
  }

  async #roles(organization: string): Promise<ReadonlyMap<string, Role>> {
    const lists = this.#lists();
    const stored = await this.reader.guarded('roles', () => lists.tenantRoles(organization));
    return new Map([...this.#model.roles, ...tenantRoles(this.#model, stored)]);
  }

  async #page<T>(read: () => Promise<Page<T>>): Promise<Page<T>> {
    return this.reader.guarded('list', () =>
      read().catch((error: unknown) => {
        const isCursor = error instanceof StoreError && error.code === 'cursor-invalid';
        throw isCursor ? new AccessListException('cursor-invalid', { cause: error }) : error;
      }),
    );
  }
}

function withLimit({ after, limit = DEFAULT_LIMIT }: PageAsked) {
  return { limit, ...(after !== undefined && { after }) };
}

function holdsOnOrganization(
  { onOrganization }: PreparedSnapshot,
  sufficient: ReadonlyMap<string, readonly Role[]>,
  now: number,
): boolean {
  const enough = sufficient.get(ORGANIZATION) ?? [];
  for (let held = onOrganization; held; held = held.next)
    if (now < held.until && enough.some(({ id }) => id === held?.role.id)) return true;
  return false;
}
