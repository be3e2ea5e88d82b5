import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { sourceKey } from '@idp-roles/mapping';
import type { Actor, Page } from '@idp-roles/store';
import {
  createMapping,
  deleteMapping,
  editMapping,
  previewMappings,
  RoleCatalogue,
} from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { findOrganization } from '../organizations/find-organization.js';
import { notFound } from '../problem/problem-error.js';
import { pageRequest } from '../request/page-query.js';
import { ReceivedBody, ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { CreateRoleMappingBody, PreviewBody, UpdateRoleMappingBody } from './role-mapping.body.js';
import { inDraft } from './draft-problems.js';
import { roleMappingView, type RoleMappingView } from './role-mapping.view.js';
import { RoleMappingsQuery, sourceOf } from './role-mappings.query.js';

@AdminController('organizations/:org/role-mappings')
export class RoleMappingsController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @ReceivedQuery(RoleMappingsQuery) query: Received<RoleMappingsQuery>,
  ): Promise<Page<RoleMappingView>> {
    await findOrganization(this.context.store, organization);
    const source = sourceOf(query);
    const page = await this.context.store.read.mappings.list(organization, {
      ...pageRequest(query),
      source: source && sourceKey(source),
    });
    const roles = await this.roles(organization);
    return { ...page, data: page.data.map((stored) => roleMappingView(stored, roles)) };
  }

  @Post()
  async create(
    @Param('org') organization: string,
    @ReceivedBody(CreateRoleMappingBody) input: Received<CreateRoleMappingBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<object> {
    const { mapping, warnings } = await createMapping(this.context, { organization, actor, input });
    return { ...(await this.view(organization, mapping.id)), warnings };
  }

  @Post('preview')
  @HttpCode(200)
  async preview(
    @Param('org') organization: string,
    @ReceivedBody(PreviewBody) body: Received<PreviewBody>,
  ): Promise<object> {
    const preview = previewMappings(this.context, { organization, ...body });
    const { evaluation, whyNot } = await preview.catch((error: unknown) => {
      throw inDraft(error);
    });
    return { ...evaluation, whyNot };
  }

  @Get(':id')
  async read(@Param('org') organization: string, @Param('id') id: string): Promise<RoleMappingView> {
    await findOrganization(this.context.store, organization);
    return this.view(organization, id);
  }

  @Patch(':id')
  async update(
    @Param('org') organization: string,
    @Param('id') mapping: string,
    @ReceivedBody(UpdateRoleMappingBody) changes: Received<UpdateRoleMappingBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<object> {
    const { warnings } = await editMapping(this.context, { organization, mapping, actor, changes });
    return { ...(await this.view(organization, mapping)), warnings };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(
    @Param('org') organization: string,
    @Param('id') mapping: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await deleteMapping(this.context, { organization, mapping, actor });
  }

  private async view(organization: string, id: string): Promise<RoleMappingView> {
    const stored = await this.context.store.read.mappings.get(organization, id);
    if (!stored) throw notFound('mapping');
    return roleMappingView(stored, await this.roles(organization));
  }

  private roles(organization: string): Promise<RoleCatalogue> {
    return RoleCatalogue.read(this.context.model, this.context.store.read.roles, organization);
  }

  private get context() {
    return this.useCases.context;
  }
}
