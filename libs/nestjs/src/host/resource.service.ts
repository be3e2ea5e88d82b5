import type { AccessModel, ResourceType, TypedReference } from '@idp-roles/access';
import { Injectable } from '@nestjs/common';
import type { Page, Resource } from '@idp-roles/store';
import { putResource, removeResource, UseCaseError } from '@idp-roles/use-cases';
import { UseCases } from '../use-cases.js';

/**
 * The resource tree below an organization, registered by the product; of types that it resolves itself, only `remove`. Inject it as
 * `ResourceService<typeof access>`.
 */
@Injectable()
export class ResourceService<Model extends AccessModel = AccessModel> {
  constructor(private readonly useCases: UseCases) {}

  /**
   * Registers or renames; a `parent` that differs moves it with everything below, which the next check sees. Rejects with
   * `UseCaseError`: `organization-not-found`, `resource-missing` for the parent, `invalid`.
   */
  async upsert(
    organization: string,
    resource: TypedReference<Model> & { readonly parent?: TypedReference<Model>; readonly name?: string },
  ): Promise<void> {
    const { type, id, parent, name } = resource;
    await putResource(this.useCases.context, {
      organization,
      resource: { type, id },
      parent,
      name,
      actor: { kind: 'host' },
    });
  }

  /**
   * Below another parent, with everything that stands below it; without one, directly below the organization. Rejects with
   * `UseCaseError`: `resource-not-found`, and as `upsert` does.
   */
  async move(
    organization: string,
    resource: TypedReference<Model>,
    parent?: TypedReference<Model>,
  ): Promise<void> {
    const known = await this.get(organization, resource);
    if (known === undefined) {
      const message = `there is no ${resource.type} \`${resource.id}\` to move; register it with \`upsert\``;
      throw new UseCaseError('resource-not-found', message);
    }
    await putResource(this.useCases.context, {
      organization,
      resource,
      parent,
      ...(known.name !== undefined && { name: known.name }),
      actor: { kind: 'host' },
    });
  }

  /**
   * Takes the grants on it along; of a resource that the product resolves itself, these are all there is. Rejects with `UseCaseError`:
   * `resource-not-found`, and `resource-has-children` unless `cascade`.
   */
  async remove(
    organization: string,
    resource: TypedReference<Model>,
    options: { readonly cascade?: boolean } = {},
  ): Promise<void> {
    await removeResource(this.useCases.context, {
      organization,
      resource,
      cascade: options.cascade,
      actor: { kind: 'host' },
    });
  }

  list(
    organization: string,
    page: { readonly type?: ResourceType<Model>; readonly after?: string; readonly limit?: number } = {},
  ): Promise<Page<Resource>> {
    return this.useCases.context.store.read.resources.list(organization, { limit: 50, ...page });
  }

  get(organization: string, resource: TypedReference<Model>): Promise<Resource | undefined> {
    return this.useCases.context.store.read.resources.get(organization, resource);
  }
}
