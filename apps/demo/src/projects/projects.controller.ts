import { AccessContext, ResourceService } from '@idp-roles/nestjs';
import { Body, Controller, Get, NotFoundException, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentAccess, Public, RequirePermission, type access } from '../access.js';
import { Frames } from '../pages/frames.js';
import { html } from '../pages/html.js';
import { sendPage } from '../pages/send-page.js';
import { Notes } from './notes.js';

type Who = AccessContext<typeof access>;

@Controller('projects')
export class ProjectsController {
  constructor(
    private readonly resources: ResourceService<typeof access>,
    private readonly notes: Notes,
    private readonly frames: Frames,
  ) {}

  /** Lists by name; what may be opened is said beside each and enforced where it leads. */
  @Get()
  @Public()
  async list(
    @CurrentAccess() who: AccessContext<typeof access> | undefined,
    @Res() response: Response,
  ): Promise<void> {
    if (!who) return response.redirect(303, '/');
    const { data } = await this.resources.list(who.organization, { limit: 200 });
    const names = new Map(data.map(({ id, name }) => [id, name]));
    const rows = await Promise.all(
      data.map(async ({ type, id, name, parent }) => {
        const kind = type === 'workspace' ? 'workspace' : 'project';
        const resource = { type: kind, id } as const;
        const view = await who.can(`${kind}:view`, resource);
        const change = await who.can(kind === 'project' ? 'project:edit' : 'workspace:manage', resource);
        return html`<tr>
          <td data-label="Name"><a href="/${kind}s/${id}">${name ?? id}</a></td>
          <td data-label="Kind">${kind}${parent && html` <span class="why">in ${names.get(parent.id) ?? parent.id}</span>`}</td>
          <td data-label="View">${verdict(view, 'may view', 'may not view')}</td>
          <td data-label="Change">${verdict(change, 'may change', 'may not change')}</td>
        </tr>`;
      }),
    );
    sendPage(
      response,
      await this.frames.of(who, 'Projects', '/projects'),
      html`<h1>Workspaces and projects</h1>
        <p class="lead">
          What your roles allow on each, judged now. Open one you may not view to see the refusal.
        </p>
        <section class="card">
          <table>
            <thead>
              <tr>
                <th>Name</th>
                <th>Kind</th>
                <th>View</th>
                <th>Change</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>
        </section>`,
    );
  }

  @Get(':projectId')
  @RequirePermission('project:view', { param: 'projectId' })
  async show(
    @Param('projectId') id: string,
    @CurrentAccess() who: Who,
    @Res() response: Response,
  ): Promise<void> {
    const project = await this.resources.get(who.organization, { type: 'project', id });
    if (!project) throw new NotFoundException();
    const workspace =
      project.parent &&
      (await this.resources.get(who.organization, { type: 'workspace', id: project.parent.id }));
    const mayEdit = await who.can('project:edit', { type: 'project', id });
    const note = this.notes.of(who.organization, id);
    sendPage(
      response,
      await this.frames.of(who, project.name ?? id, '/projects'),
      html`<h1>${project.name ?? id}</h1>
        <p class="lead">A project${workspace && html` in workspace ${workspace.name ?? workspace.id}`}.</p>
        <section class="card">
          <h2>Note</h2>
          ${
            mayEdit
              ? html`<form method="post" action="/projects/${id}">
                  <p><textarea name="note" rows="4" aria-label="Note">${note}</textarea></p>
                  <button class="primary">Save</button>
                </form>`
              : html`<p>${note || 'Nothing written yet.'}</p>
                  <p class="why">
                    You may view this project but not edit it: none of your roles permits
                    <code>project:edit</code> here.
                  </p>`
          }
        </section>`,
    );
  }

  @Post(':projectId')
  @RequirePermission('project:edit', { param: 'projectId' })
  save(
    @Param('projectId') id: string,
    @Body() body: { note?: unknown } | undefined,
    @CurrentAccess() who: Who,
    @Res() response: Response,
  ): void {
    this.notes.write(who.organization, id, String(body?.note ?? ''));
    response.redirect(303, `/projects/${encodeURIComponent(id)}`);
  }
}

function verdict(allowed: boolean, yes: string, no: string) {
  return allowed ? html`<span class="yes">${yes}</span>` : html`<span class="no">${no}</span>`;
}
