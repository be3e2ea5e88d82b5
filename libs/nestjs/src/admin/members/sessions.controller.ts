import { Delete, Get, HttpCode, Param } from '@nestjs/common';
import type { Actor } from '@idp-roles/store';
import { endSession } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import type { Received } from '../request/received.js';
import { notFound } from '../problem/problem-error.js';
import { findMember } from './find-member.js';
import { sessionView, type SessionView } from './session.view.js';

@AdminController('organizations/:org/members/:member/sessions')
export class MemberSessionsController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @Param('member') member: string,
  ): Promise<{ readonly data: readonly SessionView[] }> {
    return { data: (await this.open(organization, member)).map(sessionView) };
  }

  @Get(':id')
  async read(
    @Param('org') organization: string,
    @Param('member') member: string,
    @Param('id') id: string,
  ): Promise<SessionView> {
    const session = (await this.open(organization, member)).find((row) => row.id === id);
    if (!session) throw notFound('session');
    return sessionView(session);
  }

  @Delete(':id')
  @HttpCode(204)
  async end(
    @Param('org') organization: string,
    @Param('member') member: string,
    @Param('id') session: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await findMember(this.useCases.context.store, organization, member);
    await endSession(this.useCases.context, { organization, member, session, actor });
  }

  private async open(organization: string, member: string) {
    const { store, clock } = this.useCases.context;
    await findMember(store, organization, member);
    const rows = await store.read.sessions.ofMember(organization, member);
    return rows.filter((row) => row.expiresAt > clock());
  }
}
