import { MemberService, ResourceService, type Explanation } from '@idp-roles/nestjs';
import { Injectable } from '@nestjs/common';
import type { access } from '../access.js';
import { html, type Html } from '../pages/html.js';

type ExplainedRole = Explanation['roles'][number];
type ExplainedGrant = ExplainedRole['grants'][number];

/** A member's roles, each with where it comes from and why. */
@Injectable()
export class RoleTree {
  constructor(
    private readonly members: MemberService,
    private readonly resources: ResourceService<typeof access>,
  ) {}

  async of(organization: string, member: string): Promise<Html> {
    const explained = await this.members.explain({ organization, member });
    const roles = explained.roles.toSorted((a, b) => depth(a) - depth(b));
    if (roles.length === 0)
      return html`<p>You hold no role. The IdP sent nothing that a mapping turns into one.</p>`;
    return html`<ul class="plain">
      ${await Promise.all(roles.map((role) => this.#role(organization, role)))}
    </ul>`;
  }

  async #role(organization: string, { role, resource, grants }: ExplainedRole): Promise<Html> {
    const reasons = await Promise.all(grants.map((grant) => this.#reasons(organization, grant)));
    return html`<li data-role="${role}">
      <span class="role">${role}</span>${resource && html` on ${await this.#where(organization, resource)}`}
      ${[...new Set(grants.map(({ basis }) => basis))].map((basis) => html`<span class="chip">${basis}</span>`)}${reasons.flat()}
    </li>`;
  }

  async #where(organization: string, { type, id }: { type: string; id: string }): Promise<Html> {
    const kind = type === 'workspace' ? 'workspace' : 'project';
    const resource = await this.resources.get(organization, { type: kind, id });
    return html`${kind} <a href="/${kind}s/${id}">${resource?.name ?? id}</a>`;
  }

  async #reasons(organization: string, grant: ExplainedGrant): Promise<Html[]> {
    if (grant.basis === 'api')
      return [why(`assigned by API ${await this.#by(organization, grant.assignedBy)}`)];
    const byDirectory = grant.source.startsWith('directory:');
    const name = grant.directory ?? grant.connection ?? grant.source;
    const source = `${byDirectory ? 'directory' : 'connection'} “${name}”`;
    if (grant.basis === 'default') return [why(`the default role of ${source}`)];
    if (grant.evidence.length === 0)
      return [why(`kept as its last holder, although ${source} no longer gives it`)];
    const imported = grant.basis === 'import';
    const how = imported ? `${source}, imported at the first sign-in` : source;
    const evidence = grant.evidence.map(({ claim, value, note, mapping }) =>
      why(`from the IdP: ${claim} contains “${value}” (mapping “${note ?? mapping}”, ${how})`),
    );
    if (imported) return evidence;
    const when = byDirectory
      ? `changes that the IdP pushes to “${name}” count at the next click`
      : `changes at the IdP count at the next sign-in through “${name}”, or at once by a push`;
    return [...evidence, why(when)];
  }

  async #by(organization: string, assignedBy: string): Promise<string> {
    if (!assignedBy.startsWith('mem_'))
      return `(by ${assignedBy === 'host' ? 'the app itself' : assignedBy})`;
    const member = await this.members.get({ organization, member: assignedBy }).catch(() => undefined);
    return `(by ${member?.email ?? assignedBy})`;
  }
}

/** The organization's roles first, then down the tree. */
function depth({ resource }: ExplainedRole): number {
  return ['workspace', 'project'].indexOf(resource?.type ?? '') + 1;
}

function why(text: string): Html {
  return html`<p class="why">${text}</p>`;
}
