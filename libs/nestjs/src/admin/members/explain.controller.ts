import { Get, Param } from '@nestjs/common';
import { explain } from '@idp-roles/use-cases';
import { AccessService } from '../../access/access-service.js';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { ExplainQuery } from './explain.query.js';
import { decisionView, explanationView, nearestView, type ExplanationView } from './explain.view.js';

@AdminController('organizations/:org/members/:member/explain')
export class ExplainController {
  constructor(
    private readonly useCases: UseCases,
    private readonly access: AccessService,
  ) {}

  /** What is held and why; with `role` why not, and with `decisionId` what a decision was about. A decision of somebody else is a 404. */
  @Get()
  async explain(
    @Param('org') organization: string,
    @Param('member') member: string,
    @ReceivedQuery(ExplainQuery) query: Received<ExplainQuery>,
  ): Promise<ExplanationView> {
    const { role, resourceType, resourceId, decisionId } = query;
    const resource = resourceType && resourceId ? { type: resourceType, id: resourceId } : undefined;
    const asked = { organization, member, role, resource };
    const explanation = explanationView(await explain(this.useCases.context, asked));
    const subject = { organization, member };
    const decision =
      decisionId === undefined ? undefined : await this.access.explainDecision(decisionId, subject);
    const answer = role === undefined ? undefined : await this.access.explain(subject, { role, resource });
    return {
      ...explanation,
      ...(answer && { allowed: answer.allowed, ...nearestView(answer.nearest) }),
      ...(decision && { decision: decisionView(decision) }),
    };
  }
}
