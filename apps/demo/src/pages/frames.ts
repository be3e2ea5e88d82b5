import { AccessContext, MemberService, OrganizationService } from '@idp-roles/nestjs';
import { Injectable } from '@nestjs/common';
import type { access } from '../access.js';
import type { PageFrame } from './layout.js';

/** What stands around a page: who is signed in, and for which organization. */
@Injectable()
export class Frames {
  constructor(
    private readonly members: MemberService,
    private readonly organizations: OrganizationService,
  ) {}

  async of(
    current: Pick<AccessContext<typeof access>, 'organization' | 'member'> | undefined,
    title: string,
    at?: string,
  ): Promise<PageFrame> {
    if (!current) return { title };
    const member = await this.members.get(current);
    const organization = await this.organizations.get(current.organization);
    const name = member.name ?? member.email ?? member.id;
    return { title, at, who: { name, organization: organization?.name ?? current.organization } };
  }
}
