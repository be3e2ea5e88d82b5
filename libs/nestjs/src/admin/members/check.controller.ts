import { HttpCode, Param, Post } from '@nestjs/common';
import type { Decision, Question } from '@idp-roles/access';
import { AccessReader } from '../../access/access-reader.js';
import { DecisionIds } from '../../access/decision-id.js';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { ProblemError, notFound } from '../problem/problem-error.js';
import { ReceivedBody } from '../request/received.js';
import type { Received } from '../request/received.js';
import { CheckBody } from './check.body.js';
import { findMember } from './find-member.js';

@AdminController('organizations/:org/members/:member/check')
export class CheckController {
  constructor(
    private readonly useCases: UseCases,
    private readonly access: AccessReader,
    private readonly decisionIds: DecisionIds,
  ) {}

  /** What the guards would say at this instant. A role or permission that no model has is a mistake of the caller: 422. */
  @Post()
  @HttpCode(200)
  async check(
    @Param('org') organization: string,
    @Param('member') member: string,
    @ReceivedBody(CheckBody) body: Received<CheckBody>,
  ): Promise<{ readonly allowed: boolean; readonly decisionId: string }> {
    const { store, clock } = this.useCases.context;
    await findMember(store, organization, member);
    if (body.resource && !(await store.read.resources.get(organization, body.resource))) {
      throw notFound('resource');
    }
    const snapshot = await this.access.snapshot(organization, member);
    if (!snapshot) throw notFound('member');
    const question = questionOf(body);
    const decision = await this.access.decide(snapshot, question);
    if (decision.code === 'question-unknown') throw unknownQuestion(body);
    const { version } = snapshot;
    const code = codeOf(decision);
    const remembered = { organization, member, code, asked: [question], version, at: clock() };
    return { allowed: decision.allowed, decisionId: this.decisionIds.sign(remembered) };
  }
}

function questionOf({ permission, role = '', resource }: CheckBody): Question {
  return permission === undefined ? { role, resource } : { permission, resource };
}

function codeOf({ allowed, code }: Decision) {
  if (allowed) return 'allowed';
  return code === 'member-not-active' ? code : 'access-denied';
}

function unknownQuestion({ permission, role, resource }: CheckBody): ProblemError {
  const path = permission === undefined ? 'role' : 'permission';
  const message =
    permission === undefined
      ? `there is no role \`${role}\` on ${resource?.type ?? 'the organization'}`
      : `the access model has no permission \`${permission}\``;
  return new ProblemError(422, `${path}-unknown`, message, [{ path, code: `${path}-unknown`, message }]);
}
