import { Get, Param } from '@nestjs/common';
import { explain } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { ExplainQuery } from './explain.query.js';

@AdminController('organizations/:org/members/:member/explain')
export class ExplainController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async explain(
    @Param('org') organization: string,
    @Param('member') member: string,
    @ReceivedQuery(ExplainQuery) query: Received<ExplainQuery>,
  ): Promise<object> {
    const { role, resourceType, resourceId } = query;
    const resource = resourceType && resourceId ? { type: resourceType, id: resourceId } : undefined;
    return explain(this.useCases.context, { organization, member, role, resource });
  }
}
