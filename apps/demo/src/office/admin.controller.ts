import {
  AccessContext,
  ConnectionService,
  DirectoryService,
  MemberService,
  ResourceService,
  type RoleAssignment,
} from '@idp-roles/nestjs';
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
    private readonly resources: ResourceService<typeof access>,
    private readonly connections: ConnectionService,
    private readonly directories: DirectoryService,
    private readonly frames: Frames,
  ) {}

  @Get()
  async list(@CurrentAccess() who: AccessContext<typeof access>, @Res() response: Response): Promise<void> {
    const { data } = await this.members.list({ organization: who.organization, limit: 200 });
    const names = await this.#names(who.organization);
    const rows = data.map(
      ({ name, email, status, roles }) =>
        html`<tr>
          <td data-label="Who">
            ${name ?? email}
            <div class="why">${email}</div>
          </td>
          <td data-label="Status">${status}</td>
          <td data-label="Roles">
            ${roles.length === 0 && 'none'}${heldOf(roles, names).map(
              ({ role, where, from }) =>
                html`<div>
                  <span class="role">${role}</span>${where && html` on ${where}`}
                  <span class="why">${from.join(', ')}</span>
                </div>`,
            )}
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

  /** By `type/id` of a resource and by source of a grant. */
  async #names(organization: string): Promise<ReadonlyMap<string, string>> {
    const { data } = await this.resources.list(organization, { limit: 200 });
    const connections = await this.connections.all(organization);
    const directories = await this.directories.all(organization);
    return new Map([
      ...data.map(({ type, id, name }) => [`${type}/${id}`, name ?? id] as const),
      ...connections.map(({ id, name }) => [`sso:${id}`, `through ${name}`] as const),
      ...directories.map(({ id, name }) => [`directory:${id}`, `by ${name}`] as const),
      ['api', 'assigned in the app'],
    ]);
  }
}

interface Held {
  readonly role: string;
  readonly where?: string;
  readonly from: readonly string[];
}

/** A role that two ways in give is one role with two sources. */
function heldOf(roles: readonly RoleAssignment[], names: ReadonlyMap<string, string>): readonly Held[] {
  const held = new Map<string, Held>();
  for (const { role, resource, source } of roles) {
    const key = `${role} ${resource ? `${resource.type}/${resource.id}` : ''}`;
    const from = [...(held.get(key)?.from ?? []), names.get(source) ?? source];
    const name = resource && (names.get(`${resource.type}/${resource.id}`) ?? resource.id);
    held.set(key, { role, where: resource && `${resource.type} ${name}`, from });
  }
  return [...held.values()];
}
