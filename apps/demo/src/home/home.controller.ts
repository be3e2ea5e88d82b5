import {
  AccessContext,
  ConnectionService,
  DirectoryService,
  MemberService,
  OrganizationService,
  type Explanation,
} from '@idp-roles/nestjs';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { access, CurrentAccess, Public } from '../access.js';
import { Frames } from '../pages/frames.js';
import { html, sentence, type Html } from '../pages/html.js';
import { hasSessionCookie } from '../pages/session-cookie.js';
import { sendPage } from '../pages/send-page.js';
import { IdpPage } from './idp-page.js';
import { RoleTree } from './role-tree.js';

type Who = AccessContext<typeof access>;
type WhyNot = NonNullable<Explanation['whyNot']>[number];

const ENDED = html`<p class="card" role="status">Your session has ended. Sign in to go on.</p>`;

/** Roles of the organization and what they are for, in the model's order. */
const organizationRoles = [...access.roles.values()].filter(({ on }) => on === 'organization');

@Controller()
export class HomeController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly directories: DirectoryService,
    private readonly organizations: OrganizationService,
    private readonly members: MemberService,
    private readonly tree: RoleTree,
    private readonly frames: Frames,
    private readonly idp: IdpPage,
  ) {}

  @Get()
  @Public()
  async home(
    @CurrentAccess() who: Who | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (!who) return this.#welcome(response, hasSessionCookie(request) && ENDED);
    const { organization, member } = who;
    const frame = await this.frames.of(who, 'Your roles', '/');
    const lacking = await this.#lacking(who);
    const hasDirectory = (await this.directories.all(organization)).length > 0;
    sendPage(
      response,
      frame,
      html`<h1>${frame.who?.name}’s roles in ${frame.who?.organization}</h1>
        <p class="lead">
          Organization roles come from your identity provider: at each sign-in, or at once where it pushes to a
          directory. Resource roles are assigned in the app, and neither touches them.
          ${this.idp.url && html`<a href="${this.idp.url}">Edit people and groups at the IdP</a>, then sign in again the same way${hasDirectory && html`; or push the edit there, and reload this page`}.`}
        </p>
        <section class="card" aria-label="Roles">${await this.tree.of(organization, member)}</section>
        <div class="grid">
          <section class="card">
            <h2>What you may do</h2>
            ${await this.#abilities(who)}
          </section>
          <section class="card" aria-label="Roles you lack">
            <h2>Roles you do not have, and why</h2>
            ${lacking}
          </section>
        </div>`,
    );
  }

  /** Where signing out leads to: `signedOutAt` names the connection whose IdP has ended its session, too. */
  @Get('signed-out')
  @Public()
  async signedOut(@Query('signedOutAt') at: unknown, @Res() response: Response): Promise<void> {
    const connection = typeof at === 'string' ? await this.connections.get(at) : undefined;
    const where = connection
      ? html`You are signed out here and at the identity provider of ${connection.name}.`
      : html`You are signed out here. Your session at the identity provider may go on.`;
    return this.#welcome(response, html`<p class="card" role="status">${where}</p>`);
  }

  async #welcome(response: Response, notice?: Html | false): Promise<void> {
    const { data } = await this.organizations.list({ limit: 50 });
    const cards = await Promise.all(
      data.map(async ({ id, name }) => {
        const active = (await this.connections.all(id)).filter(({ state }) => state === 'active');
        const doors = active.map(
          (connection) =>
            html`<a class="button primary" href="/sso/${connection.id}/login">${connection.name}</a>`,
        );
        return html`<section class="card">
          <h2>${name}</h2>
          ${doors.length > 0 ? html`<p class="actions">${doors}</p>` : html`<p class="why">No connection yet. Add one over the admin API.</p>`}
        </section>`;
      }),
    );
    sendPage(
      response,
      { title: 'Welcome' },
      html`${notice}<h1>Sign in to Atelier</h1>
        <p class="lead">
          A sample app for idp-roles: projects in workspaces, for two organizations. Sign in through an
          organization’s own identity provider; its groups become your roles.
          ${this.idp.url && html`The demo’s IdP lets anyone in as anyone: <a href="${this.idp.url}">edit its people</a>.`}
        </p>
        <div class="grid">${cards}</div>`,
    );
  }

  async #abilities(who: Who): Promise<Html> {
    const asked = [
      ['See invoices', 'invoice:view'],
      ['Manage the organization', 'organization:manage'],
      ['Set up SSO and mappings', 'idp-roles:manage'],
      ['See every workspace', 'workspace:view'],
      ['Edit every project', 'project:edit'],
    ] as const;
    const rows = await Promise.all(
      asked.map(async ([label, permission]) => {
        const allowed = await who.can(permission);
        return html`<tr>
          <td>${label}</td>
          <td>${allowed ? html`<span class="yes">yes</span>` : html`<span class="no">no</span>`}</td>
        </tr>`;
      }),
    );
    return html`<table>
        <tbody>
          ${rows}
        </tbody>
      </table>
      <p class="why">For each workspace and project, see <a href="/projects">Projects</a>.</p>`;
  }

  async #lacking({ organization, member, roles }: Who): Promise<Html> {
    const lacked = organizationRoles.filter(({ slug }) => !roles.some(({ role }) => role === slug));
    if (lacked.length === 0) return html`<p>You hold every role of the organization.</p>`;
    const connections = await this.connections.all(organization);
    const directories = await this.directories.all(organization);
    const names = new Map([
      ...connections.map(({ id, name }) => [`sso:${id}`, `through ${name}`] as const),
      ...directories.map(({ id, name }) => [`directory:${id}`, `by ${name}`] as const),
    ]);
    const items = await Promise.all(
      lacked.map(async ({ slug }) => {
        const { whyNot = [] } = await this.members.explain({ organization, member, role: slug });
        const sentences = reasonsOf(whyNot, names);
        return html`<li>
          <span class="role">${slug}</span
          >${sentences.map((message) => html`<p class="why">${sentence(message)}</p>`)}
        </li>`;
      }),
    );
    return html`<ul class="plain">
      ${items}
    </ul>`;
  }
}

const UNTRIED: ReadonlySet<string> = new Set(['never-signed-in', 'not-in-directory']);

/**
 * One sentence for each reason, with the ways in that it holds for. Ways never tried count only where there is nothing else, and so do
 * those in whose place another source decides.
 */
function reasonsOf(whyNot: readonly WhyNot[], names: ReadonlyMap<string, string>): string[] {
  const tried = whyNot.filter(({ code }) => !UNTRIED.has(code));
  if (tried.length === 0) return [...new Set(whyNot.map(({ message }) => message))];
  const deciding = tried.filter(({ code }) => code !== 'other-source');
  const ways = new Map<string, Set<string>>();
  for (const { message, source = '' } of deciding.length > 0 ? deciding : tried) {
    const known = ways.get(message) ?? new Set();
    const name = names.get(source);
    ways.set(message, name === undefined ? known : known.add(name));
  }
  return [...ways].map(([message, through]) =>
    through.size > 0 ? `${[...through].join(' and ')}: ${message}` : message,
  );
}
