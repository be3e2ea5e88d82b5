import { Get, Param, Patch, Post } from '@nestjs/common';
import type { Actor, Page } from '@idp-roles/store';
import {
  deactivateMember,
  getMember,
  inviteMember,
  listMembers,
  reactivateMember,
} from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { pageRequest } from '../request/page-query.js';
import { ReceivedBody, ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { ChangeMemberBody, InviteMemberBody, MembersQuery } from './member.body.js';
import { memberView, type MemberView } from './member.view.js';

@AdminController('organizations/:org/members')
export class MembersController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @ReceivedQuery(MembersQuery) query: Received<MembersQuery>,
  ): Promise<Page<MemberView>> {
    const { email } = query;
    const page = await listMembers(this.useCases.context, { organization, email, ...pageRequest(query) });
    return { ...page, data: page.data.map(memberView) };
  }

  @Post()
  async invite(
    @Param('org') organization: string,
    @ReceivedBody(InviteMemberBody) body: Received<InviteMemberBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<MemberView> {
    const { id } = await inviteMember(this.useCases.context, { ...body, organization, actor });
    return this.read(organization, id);
  }

  @Get(':member')
  async read(@Param('org') organization: string, @Param('member') member: string): Promise<MemberView> {
    return memberView(await getMember(this.useCases.context, { organization, member }));
  }

  /** S8. Idempotent; who never signed in is `invited` again rather than `active`. */
  @Patch(':member')
  async change(
    @Param('org') organization: string,
    @Param('member') member: string,
    @ReceivedBody(ChangeMemberBody) { status }: Received<ChangeMemberBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<MemberView> {
    const change = status === 'suspended' ? deactivateMember : reactivateMember;
    await change(this.useCases.context, { organization, member, actor });
    return this.read(organization, member);
  }
}
