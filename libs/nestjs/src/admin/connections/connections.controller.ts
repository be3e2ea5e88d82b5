import { Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import type { Outbound } from '@idp-roles/outbound';
import type { Actor, Connection, Page } from '@idp-roles/store';
import { createConnection, deleteConnection, RoleCatalogue, updateConnection } from '@idp-roles/use-cases';
import { SignInUrls } from '../../sign-in/sign-in-urls.js';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { ADMIN_OUTBOUND } from '../admin-outbound.js';
import { findOrganization } from '../organizations/find-organization.js';
import { PageQuery, pageRequest } from '../request/page-query.js';
import { ReceivedBody, ReceivedQuery } from '../request/received.js';
import type { Received } from '../request/received.js';
import { CreateConnectionBody, UpdateConnectionBody } from './connection.body.js';
import { connectionChanges, connectionDraft } from './connection-draft.js';
import type { Judging } from './judging.js';
import { connectionView, type ConnectionFacts, type ConnectionView } from './connection.view.js';
import { findConnection } from './find-connection.js';
import { shownWarnings, type Warned } from './connection-warning.js';

@AdminController('organizations/:org/connections')
export class ConnectionsController {
  constructor(
    private readonly useCases: UseCases,
    private readonly urls: SignInUrls,
    @Inject(ADMIN_OUTBOUND) private readonly outbound: Received<Outbound>,
  ) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @ReceivedQuery(PageQuery) query: Received<PageQuery>,
  ): Promise<Page<ConnectionView>> {
    await findOrganization(this.store, organization);
    const page = await this.store.read.connections.list(organization, pageRequest(query));
    const facts = await this.facts(organization);
    return { ...page, data: page.data.map((connection) => connectionView(connection, facts, this.urls)) };
  }

  @Post()
  async create(
    @Param('org') organization: string,
    @ReceivedBody(CreateConnectionBody) body: Received<CreateConnectionBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<Warned<ConnectionView>> {
    await findOrganization(this.store, organization);
    const { draft, warnings } = await connectionDraft(organization, body, this.judging);
    const made = await createConnection(this.useCases.context, { ...draft, organization, actor });
    return { ...(await this.view(made.connection)), warnings: shownWarnings(warnings, made.warnings) };
  }

  @Get(':id')
  async read(@Param('org') organization: string, @Param('id') id: string): Promise<ConnectionView> {
    return this.view(await findConnection(this.store, organization, id));
  }

  @Patch(':id')
  async update(
    @Param('org') organization: string,
    @Param('id') id: string,
    @ReceivedBody(UpdateConnectionBody) body: Received<UpdateConnectionBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<Warned<ConnectionView>> {
    const connection = await findConnection(this.store, organization, id);
    const secrets = await this.store.read.connections.secrets(organization, id);
    const { warnings, ...changes } = await connectionChanges(connection, secrets, body, this.judging);
    const update = { organization, connection: id, actor, ...changes };
    const made = await updateConnection(this.useCases.context, update);
    return { ...(await this.view(made.connection)), warnings: shownWarnings(warnings, made.warnings) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(
    @Param('org') organization: string,
    @Param('id') connection: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await deleteConnection(this.useCases.context, { organization, connection, actor });
  }

  private async view(connection: Connection): Promise<ConnectionView> {
    return connectionView(connection, await this.facts(connection.organization), this.urls);
  }

  private async facts(organization: string): Promise<ConnectionFacts> {
    const { model } = this.useCases.context;
    const [roles, directories] = await Promise.all([
      RoleCatalogue.read(model, this.store.read.roles, organization),
      this.store.read.directories.all(organization),
    ]);
    return { roles, directories };
  }

  private get judging(): Judging {
    return { outbound: this.outbound, urls: this.urls, now: this.useCases.context.clock() };
  }

  private get store() {
    return this.useCases.context.store;
  }
}
