import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import type { Actor, Organization, Page } from '@idp-roles/store';
import { createOrganization, deleteOrganization, updateOrganization } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { PageQuery, pageRequest } from '../request/page-query.js';
import { ReceivedBody, ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { findOrganization } from './find-organization.js';
import { CreateOrganizationBody, UpdateOrganizationBody } from './organization.body.js';
import { organizationView, type OrganizationView } from './organization.view.js';

@AdminController('organizations')
export class OrganizationsController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(@ReceivedQuery(PageQuery) query: Received<PageQuery>): Promise<Page<OrganizationView>> {
    const page = await this.store.read.organizations.list(pageRequest(query));
    return { ...page, data: await Promise.all(page.data.map((organization) => this.view(organization))) };
  }

  @Post()
  async create(
    @ReceivedBody(CreateOrganizationBody) body: Received<CreateOrganizationBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<OrganizationView> {
    return this.view(await createOrganization(this.useCases.context, { ...body, actor }));
  }

  @Get(':org')
  async read(@Param('org') id: string): Promise<OrganizationView> {
    return this.view(await findOrganization(this.store, id));
  }

  @Patch(':org')
  async update(
    @Param('org') organization: string,
    @ReceivedBody(UpdateOrganizationBody) body: Received<UpdateOrganizationBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<OrganizationView> {
    return this.view(await updateOrganization(this.useCases.context, { ...body, organization, actor }));
  }

  @Delete(':org')
  @HttpCode(204)
  async delete(@Param('org') organization: string, @CurrentActor() actor: Received<Actor>): Promise<void> {
    await deleteOrganization(this.useCases.context, { organization, actor });
  }

  private async view(organization: Organization): Promise<OrganizationView> {
    return organizationView(organization, await this.store.read.organizations.domains(organization.id));
  }

  private get store() {
    return this.useCases.context.store;
  }
}
