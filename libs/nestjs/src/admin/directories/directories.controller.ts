import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import type { Actor, Directory, Page } from '@idp-roles/store';
import {
  activationImpact,
  createDirectory,
  deleteDirectory,
  resyncDirectory,
  RoleCatalogue,
  updateDirectory,
} from '@idp-roles/use-cases';
import { DirectoryUrls } from '../../scim/directory-urls.js';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { jobView, type JobView } from '../jobs/job.view.js';
import { findOrganization } from '../organizations/find-organization.js';
import { PageQuery, pageRequest } from '../request/page-query.js';
import { ReceivedBody, ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { CreateDirectoryBody, UpdateDirectoryBody } from './directory.body.js';
import { directoryView, type DirectoryView } from './directory.view.js';
import { findDirectory } from './find-directory.js';

@AdminController('organizations/:org/directories')
export class DirectoriesController {
  constructor(
    private readonly useCases: UseCases,
    private readonly urls: DirectoryUrls,
  ) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @ReceivedQuery(PageQuery) query: Received<PageQuery>,
  ): Promise<Page<DirectoryView>> {
    await findOrganization(this.store, organization);
    const page = await this.store.read.directories.list(organization, pageRequest(query));
    const roles = await this.roles(organization);
    return { ...page, data: page.data.map((directory) => directoryView(directory, roles, this.urls)) };
  }

  @Post()
  async create(
    @Param('org') organization: string,
    @ReceivedBody(CreateDirectoryBody) body: Received<CreateDirectoryBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<DirectoryView> {
    return this.view(await createDirectory(this.useCases.context, { ...body, organization, actor }));
  }

  @Get(':id')
  async read(@Param('org') organization: string, @Param('id') id: string): Promise<DirectoryView> {
    return this.view(await findDirectory(this.store, organization, id));
  }

  @Patch(':id')
  async update(
    @Param('org') organization: string,
    @Param('id') directory: string,
    @ReceivedBody(UpdateDirectoryBody) changes: Received<UpdateDirectoryBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<DirectoryView> {
    const update = { organization, directory, changes, actor };
    return this.view(await updateDirectory(this.useCases.context, update));
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(
    @Param('org') organization: string,
    @Param('id') directory: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await deleteDirectory(this.useCases.context, { organization, directory, actor });
  }

  /** What activating it would do; stores nothing. */
  @Post(':id/impact')
  @HttpCode(200)
  async impact(@Param('org') organization: string, @Param('id') directory: string): Promise<object> {
    return activationImpact(this.useCases.context, { organization, directory });
  }

  /** 202: the job goes on after the answer. */
  @Post(':id/resync')
  @HttpCode(202)
  async resync(
    @Param('org') organization: string,
    @Param('id') directory: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<JobView> {
    return jobView(await resyncDirectory(this.useCases.context, { organization, directory, actor }));
  }

  private async view(directory: Directory): Promise<DirectoryView> {
    return directoryView(directory, await this.roles(directory.organization), this.urls);
  }

  private roles(organization: string): Promise<RoleCatalogue> {
    return RoleCatalogue.read(this.useCases.context.model, this.store.read.roles, organization);
  }

  private get store() {
    return this.useCases.context.store;
  }
}
