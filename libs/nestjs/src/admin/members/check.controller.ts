import { HttpCode, Param, Post } from '@nestjs/common';
import type { Question } from '@idp-roles/access';
import { AccessService } from '../../access/access-service.js';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { ProblemError, notFound } from '../problem/problem-error.js';
import { ReceivedBody } from '../request/received.js';
import type { Received } from '../request/received.js';
import { CheckBody } from './check.body.js';
import { findMember } from './find-member.js';

export interface CheckView {
  readonly allowed: boolean;
  readonly decisionId: string;
}

@AdminController('organizations/:org/members/:member/check')
export class CheckController {
  constructor(
    private readonly useCases: UseCases,
    private readonly access: AccessService,
  ) {}

  /** What the guards would say at this instant. A role or permission that the model lacks is a mistake of the caller: 422. */
  @Post()
  @HttpCode(200)
  async check(
    @Param('org') organization: string,
    @Param('member') member: string,
    @ReceivedBody(CheckBody) body: Received<CheckBody>,
  ): Promise<CheckView> {
    const { store } = this.useCases.context;
    await findMember(store, organization, member);
    const { allowed, code, decisionId } = await this.access.check({ organization, member }, questionOf(body));
    if (code === 'member-unknown') throw notFound('member');
    if (code === 'resource-unknown') throw notFound('resource');
    if (code === 'question-unknown') throw unknownQuestion(body);
    return { allowed, decisionId };
  }
}

function questionOf({ permission, role = '', resource }: CheckBody): Question {
  return permission === undefined ? { role, resource } : { permission, resource };
}

function unknownQuestion({ permission, role, resource }: CheckBody): ProblemError {
  const path = permission === undefined ? 'role' : 'permission';
  const message =
    permission === undefined
      ? `there is no role \`${role}\` on ${resource?.type ?? 'the organization'}`
      : `the access model has no permission \`${permission}\``;
  return new ProblemError(422, `${path}-unknown`, message, [{ path, code: `${path}-unknown`, message }]);
}
