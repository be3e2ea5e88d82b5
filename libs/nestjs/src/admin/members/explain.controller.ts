import { Get, Param } from '@nestjs/common';
import { explain } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { ExplainQuery } from './explain.query.js';
import { explanationView, type ExplanationView } from './explain.view.js';

@AdminController('organizations/:org/members/:member/explain')
export class ExplainController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async explain(
    @Param('org') organization: string,
    @Param('member') member: string,
    @ReceivedQuery(ExplainQuery) query: Received<ExplainQuery>,
  ): Promise<ExplanationView> {
    const { role, resourceType, resourceId } = query;
    const resource = resourceType && resourceId ? { type: resourceType, id: resourceId } : undefined;
    const asked = { organization, member, role, resource };
    return explanationView(await explain(this.useCases.context, asked));
  }
}
