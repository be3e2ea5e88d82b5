import { AccessContext, ResourceService } from '@idp-roles/nestjs';
import { Controller, Get, NotFoundException, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentAccess, RequirePermission, RequireRole, type access } from '../access.js';
import { Frames } from '../pages/frames.js';
import { html, type Html } from '../pages/html.js';
import { sendPage } from '../pages/send-page.js';

type Who = AccessContext<typeof access>;

@Controller('workspaces')
export class WorkspacesController {
  constructor(
    private readonly resources: ResourceService<typeof access>,
    private readonly frames: Frames,
  ) {}

  @Get(':workspaceId')
  @RequirePermission('workspace:view', { param: 'workspaceId' })
  async show(
    @Param('workspaceId') id: string,
    @CurrentAccess() who: Who,
    @Res() response: Response,
  ): Promise<void> {
    const { data } = await this.resources.list(who.organization, { type: 'project', limit: 200 });
    const inside = data.filter(({ parent }) => parent?.id === id);
    await this.#page(
      id,
      who,
      response,
      html`<section class="card">
          <h2>Projects</h2>
          <ul class="plain">
            ${inside.map(
              (project) => html`<li><a href="/projects/${project.id}">${project.name ?? project.id}</a></li>`,
            )}
          </ul>
        </section>
        <p><a class="button" href="/workspaces/${id}/settings">Settings</a></p>`,
    );
  }

  /** Needs the role itself, held here, or one above that can do all it can. */
  @Get(':workspaceId/settings')
  @RequireRole('workspace-admin', { param: 'workspaceId' })
  async settings(
    @Param('workspaceId') id: string,
    @CurrentAccess() who: Who,
    @Res() response: Response,
  ): Promise<void> {
    await this.#page(
      id,
      who,
      response,
      html`<section class="card">
        <h2>Settings</h2>
        <p>
          You are let in because you hold <code>workspace-admin</code> here, or a role above that can do as
          much.
        </p>
      </section>`,
    );
  }

  async #page(id: string, who: Who, response: Response, content: Html): Promise<void> {
    const workspace = await this.resources.get(who.organization, { type: 'workspace', id });
    if (!workspace) throw new NotFoundException();
    const name = workspace.name ?? id;
    const frame = await this.frames.of(who, name, '/projects');
    sendPage(
      response,
      frame,
      html`<h1>${name}</h1>
        <p class="lead">A workspace.</p>
        ${content}`,
    );
  }
}
