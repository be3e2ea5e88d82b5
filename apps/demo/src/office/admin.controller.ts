import { AccessContext, MemberService } from '@idp-roles/nestjs';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { CurrentAccess, RequireRole, type access } from '../access.js';
import { Frames } from '../pages/frames.js';
import { html } from '../pages/html.js';
import { sendPage } from '../pages/send-page.js';

@Controller('admin')
@RequireRole('org-admin')
export class AdminController {
  constructor(
    private readonly members: MemberService,
    private readonly frames: Frames,
  ) {}

  @Get()
  async list(@CurrentAccess() who: AccessContext<typeof access>, @Res() response: Response): Promise<void> {
    const { data } = await this.members.list({ organization: who.organization, limit: 200 });
    const rows = data.map(
      ({ name, email, status, roles }) =>
        html`<tr>
          <td>
            ${name ?? email}
            <div class="why">${email}</div>
          </td>
          <td>${status}</td>
          <td>
            ${roles.length === 0 && 'none'}${roles.map(({ role, resource }) => html`<div><span class="role">${role}</span>${resource && html` <span class="why">on ${resource.type} ${resource.id}</span>`}</div>`)}
          </td>
        </tr>`,
    );
    sendPage(
      response,
      await this.frames.of(who, 'Admin', '/admin'),
      html`<h1>People</h1>
        <p class="lead">Only <code>org-admin</code> gets here.</p>
        <section class="card">
          <table>
            <thead>
              <tr>
                <th>Who</th>
                <th>Status</th>
                <th>Roles</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>
        </section>`,
    );
  }
}
