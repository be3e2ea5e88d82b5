import {
  newId,
  type Directory,
  type DirectoryGroup,
  type DirectoryLink,
  type DirectoryUser,
} from '@idp-roles/store';
import {
  changeGroup,
  changeUser,
  createGroup,
  createMapping,
  deleteGroup,
  deleteUser,
  provisionUser,
  type GroupChange,
} from '../src/index.js';
import { key, type Tenant } from './world.js';

type TestDraft = Omit<Partial<Directory>, 'link'> & {
  readonly link?: Pick<DirectoryLink, 'claim' | 'attribute'>;
};

/** A directory of a tenant, spoken to as an IdP does. */
export class TestDirectory {
  private constructor(
    readonly tenant: Tenant,
    readonly id: string,
  ) {}

  static async of(tenant: Tenant, { link, ...draft }: TestDraft = {}): Promise<TestDirectory> {
    const { store, now } = tenant.world;
    const id = newId('dir', tenant.id);
    const directory: Directory = {
      organization: tenant.id,
      id,
      name: 'Acme Entra',
      state: 'active',
      createdAt: now,
      updatedAt: now,
      ...draft,
      ...(link && { link: { since: now, ...link } }),
    };
    await store.transaction(async (tx) => {
      await tx.organizations.lockRules(tenant.id);
      await tx.directories.insert(directory);
    });
    return new TestDirectory(tenant, id);
  }

  /** One that is there already. */
  static named(tenant: Tenant, id: string): TestDirectory {
    return new TestDirectory(tenant, id);
  }

  get #where() {
    return { organization: this.tenant.id, directory: this.id };
  }

  async mapping(input: Record<string, unknown>): Promise<string> {
    const { mapping } = await createMapping(this.tenant.context, {
      organization: this.tenant.id,
      actor: key,
      input: { source: { directory: this.id }, claim: 'groups', ...input },
    });
    return mapping.id;
  }

  /** `name@domain`, with the name as `externalId`. */
  async user(name: string, attributes: Record<string, unknown> = {}): Promise<DirectoryUser> {
    const { user } = await provisionUser(this.tenant.context, {
      ...this.#where,
      attributes: {
        userName: `${name}@${this.tenant.domain}`,
        externalId: name,
        emails: [{ value: `${name}@${this.tenant.domain}`, primary: true }],
        active: true,
        ...attributes,
      },
    });
    return user;
  }

  changeUser(user: string, attributes: Record<string, unknown>) {
    return changeUser(this.tenant.context, {
      ...this.#where,
      user,
      change: (current) => ({ ...current, ...attributes }),
    });
  }

  deleteUser(user: string) {
    return deleteUser(this.tenant.context, { ...this.#where, user });
  }

  async group(
    displayName: string,
    members: readonly (string | DirectoryUser)[] = [],
    more: { readonly externalId?: string } = {},
  ): Promise<DirectoryGroup> {
    const named = members.map((member) => ({ value: typeof member === 'string' ? member : member.id }));
    const { group } = await createGroup(this.tenant.context, {
      ...this.#where,
      displayName,
      members: named,
      ...more,
    });
    return group;
  }

  change(group: string, ...changes: readonly GroupChange[]) {
    return changeGroup(this.tenant.context, { ...this.#where, group, changes });
  }

  changeAt(group: string, ifMatch: readonly number[], ...changes: readonly GroupChange[]) {
    return changeGroup(this.tenant.context, { ...this.#where, group, ifMatch, changes });
  }

  deleteGroup(group: string, ifMatch?: readonly number[]) {
    return deleteGroup(this.tenant.context, { ...this.#where, group, ...(ifMatch && { ifMatch }) });
  }

  async tookOver(user: string): Promise<boolean> {
    const found = await this.tenant.world.store.read.directoryUsers.get(this.tenant.id, this.id, user);
    return found?.tookOverAt !== undefined;
  }
}

export const add = (...users: readonly (string | DirectoryUser)[]): GroupChange => ({
  type: 'add-members',
  members: users.map((user) => ({ value: typeof user === 'string' ? user : user.id })),
});

export const remove = (...users: readonly (string | DirectoryUser)[]): GroupChange => ({
  type: 'remove-members',
  values: users.map((user) => (typeof user === 'string' ? user : user.id)),
});
