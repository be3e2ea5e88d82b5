import { Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import type { Actor } from '@idp-roles/store';
import { issueDirectoryToken, revokeDirectoryToken } from '@idp-roles/use-cases';
import { UseCases } from '../../use-cases.js';
import { AdminController } from '../admin-controller.js';
import { CurrentActor } from '../actor.js';
import { ReceivedBodyIfAny } from '../request/received.js';
import type { Received } from '../request/received.js';
import { IssueTokenBody } from './directory-token.body.js';
import { directoryTokenView, type DirectoryTokenView } from './directory-token.view.js';
import { findDirectory } from './find-directory.js';

@AdminController('organizations/:org/directories/:directory/tokens')
export class DirectoryTokensController {
  constructor(private readonly useCases: UseCases) {}

  @Get()
  async list(
    @Param('org') organization: string,
    @Param('directory') directory: string,
  ): Promise<{ readonly data: readonly DirectoryTokenView[] }> {
    const { store } = this.useCases.context;
    await findDirectory(store, organization, directory);
    const tokens = await store.read.directories.tokens(organization, directory);
    return { data: tokens.map(directoryTokenView) };
  }

  /** The one time that `token` is shown. */
  @Post()
  async issue(
    @Param('org') organization: string,
    @Param('directory') directory: string,
    @ReceivedBodyIfAny(IssueTokenBody) body: Received<IssueTokenBody>,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const expiresAt = body.expiresAt === undefined ? undefined : Date.parse(body.expiresAt);
    const { id, token } = await issueDirectoryToken(this.useCases.context, {
      organization,
      directory,
      expiresAt,
      actor,
    });
    return { id, token };
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(
    @Param('org') organization: string,
    @Param('directory') directory: string,
    @Param('id') token: string,
    @CurrentActor() actor: Received<Actor>,
  ): Promise<void> {
    await revokeDirectoryToken(this.useCases.context, { organization, directory, token, actor });
  }
}
