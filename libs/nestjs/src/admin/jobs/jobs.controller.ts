import { Delete, Get, HttpCode, Param } from '@nestjs/common';
import type { Actor, Page } from '@idp-roles/store';
import { cancelJob, getJob, listJobs } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { pageRequest } from '../request/page-query.js';
import { ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { jobView, type JobView } from './job.view.js';
import { JobsQuery } from './jobs.query.js';

@AdminController('organizations/:org/jobs')
export class JobsController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @ReceivedQuery(JobsQuery) query: Received<JobsQuery>,
  ): Promise<Page<JobView>> {
    const asked = { organization, ...pageRequest(query), subject: query.directory };
    const page = await listJobs(this.useCases.context, asked);
    return { ...page, data: page.data.map(jobView) };
  }

  @Get(':id')
  async read(@Param('org') organization: string, @Param('id') job: string): Promise<JobView> {
    return jobView(await getJob(this.useCases.context, { organization, job }));
  }

  /** What is done stays done; the rest is not. */
  @Delete(':id')
  @HttpCode(204)
  async cancel(
    @Param('org') organization: string,
    @Param('id') job: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await cancelJob(this.useCases.context, { organization, job, actor });
  }
}
