import { Delete, Get, HttpCode, Param, Put, Res } from '@nestjs/common';
import type { Actor, Page } from '@idp-roles/store';
import { putResource, removeResource } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { findOrganization } from '../organizations/find-organization.js';
import { notFound } from '../problem/problem-error.js';
import { pageRequest } from '../request/page-query.js';
import { ReceivedBody, ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { PutResourceBody, RemoveResourceQuery, ResourcesQuery } from './resource.body.js';
import { resourceView, type ResourceView } from './resource.view.js';

@AdminController('organizations/:org/resources')
export class ResourcesController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @ReceivedQuery(ResourcesQuery) query: Received<ResourcesQuery>,
  ): Promise<Page<ResourceView>> {
    await findOrganization(this.store, organization);
    const { type } = query;
    const page = await this.store.read.resources.list(organization, { ...pageRequest(query), type });
    return { ...page, data: page.data.map(resourceView) };
  }

  @Get(':type/:id')
  async read(
    @Param('org') organization: string,
    @Param('type') type: string,
    @Param('id') id: string,
  ): Promise<ResourceView> {
    await findOrganization(this.store, organization);
    const resource = await this.store.read.resources.get(organization, { type, id });
    if (!resource) throw notFound('resource');
    return resourceView(resource);
  }

  /** 201 where it is new, 200 where it was moved, renamed or the same. */
  @Put(':type/:id')
  async put(
    @Param('org') organization: string,
    @Param('type') type: string,
    @Param('id') id: string,
    @ReceivedBody(PutResourceBody) body: Received<PutResourceBody>,
    @CurrentActor() actor: Received<Actor>,
    @Res({ passthrough: true }) response: Received<{ status(code: number): unknown }>,
  ): Promise<ResourceView> {
    const { outcome, resource } = await putResource(this.useCases.context, {
      organization,
      resource: { type, id },
      parent: body.parent ?? undefined,
      name: body.name ?? undefined,
      actor,
    });
    if (outcome === 'created') response.status(201);
    return resourceView(resource);
  }

  /** 409 where something stands below, unless `?cascade=true`. */
  @Delete(':type/:id')
  @HttpCode(204)
  async delete(
    @Param('org') organization: string,
    @Param('type') type: string,
    @Param('id') id: string,
    @ReceivedQuery(RemoveResourceQuery) { cascade }: Received<RemoveResourceQuery>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    const resource = { type, id };
    await removeResource(this.useCases.context, {
      organization,
      resource,
      cascade: cascade === 'true',
      actor,
    });
  }

  private get store() {
    return this.useCases.context.store;
  }
}
