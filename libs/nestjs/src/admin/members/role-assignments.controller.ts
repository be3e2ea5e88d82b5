import { Delete, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { Actor } from '@idp-roles/store';
import { assignRole, getMember, revokeRole } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { ReceivedBody } from '../request/received.js';
import type { Received } from '../request/received.js';
import { assignedRoleView, type AssignedRoleView } from './assigned-role.view.js';
import { AssignRoleBody } from './role-assignment.body.js';

@AdminController('organizations/:org/members/:member/role-assignments')
export class RoleAssignmentsController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @Param('member') member: string,
  ): Promise<{ readonly data: readonly AssignedRoleView[] }> {
    const { roles } = await getMember(this.useCases.context, { organization, member });
    return { data: roles.map(assignedRoleView) };
  }

  /** 201 where the role is new, 200 where the member had it from here already. */
  @Post()
  async assign(
    @Param('org') organization: string,
    @Param('member') member: string,
    @ReceivedBody(AssignRoleBody) body: Received<AssignRoleBody>,
    @CurrentActor() actor: Received<Actor>,
    @Res({ passthrough: true }) response: Received<{ status(code: number): unknown }>,
  ): Promise<AssignedRoleView | undefined> {
    const expiresAt = body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt);
    const assigned = { organization, member, role: body.role, resource: body.resource, expiresAt, actor };
    const { outcome, grant } = await assignRole(this.useCases.context, assigned);
    if (outcome !== 'assigned') response.status(200);
    const { data } = await this.list(organization, member);
    return data.find(({ id }) => id === grant.id);
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(
    @Param('org') organization: string,
    @Param('member') member: string,
    @Param('id') assignment: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await revokeRole(this.useCases.context, { organization, member, assignment, actor });
  }
}
