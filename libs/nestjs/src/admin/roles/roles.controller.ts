import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import type { Actor } from '@idp-roles/store';
import { createRole, deleteRole, RoleCatalogue, updateRole } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { findOrganization } from '../organizations/find-organization.js';
import { notFound } from '../problem/problem-error.js';
import { ReceivedBody } from '../request/received.js';
import type { Received } from '../request/received.js';
import { CreateRoleBody, UpdateRoleBody } from './role.body.js';
import { roleView, type RoleView } from './role.view.js';

@AdminController('organizations/:org/roles')
export class RolesController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(@Param('org') organization: string): Promise<{ readonly data: readonly RoleView[] }> {
    const { store, model } = this.useCases.context;
    await findOrganization(store, organization);
    const roles = await RoleCatalogue.read(model, store.read.roles, organization);
    return { data: [...roles.all.values()].map(roleView) };
  }

  @Post()
  async create(
    @Param('org') organization: string,
    @ReceivedBody(CreateRoleBody) body: Received<CreateRoleBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<RoleView> {
    await createRole(this.useCases.context, { ...body, organization, actor });
    return this.read(organization, body.slug);
  }

  @Get(':slug')
  async read(@Param('org') organization: string, @Param('slug') slug: string): Promise<RoleView> {
    const { data } = await this.list(organization);
    const role = data.find((listed) => listed.slug === slug);
    if (!role) throw notFound('role');
    return role;
  }

  @Patch(':slug')
  async update(
    @Param('org') organization: string,
    @Param('slug') slug: string,
    @ReceivedBody(UpdateRoleBody) changes: Received<UpdateRoleBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<RoleView> {
    await updateRole(this.useCases.context, { organization, role: slug, changes, actor });
    return this.read(organization, slug);
  }

  @Delete(':slug')
  @HttpCode(204)
  async delete(
    @Param('org') organization: string,
    @Param('slug') slug: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await deleteRole(this.useCases.context, { organization, role: slug, actor });
  }
}
