import { Injectable } from '@nestjs/common';
import type { Member, Page } from '@idp-roles/store';
import {
  deactivateMember,
  explain,
  getMember,
  inviteMember,
  listMembers,
  reactivateMember,
  type Explanation,
  type MemberWithRoles,
} from '@idp-roles/use-cases';
import { UseCases } from '../use-cases.js';
import type { MemberReference } from './assignment.service.js';
import { hostActor, type InTheNameOf } from './host-actor.js';

/** The people of an organization, and why they hold what they hold. */
@Injectable()
export class MemberService {
  constructor(private readonly useCases: UseCases) {}

  /** Recognised by e-mail at the first sign-in (L4). Rejects with `UseCaseError` `email-taken`. */
  invite(
    input: InTheNameOf & { readonly organization: string; readonly email: string; readonly name?: string },
  ): Promise<Member> {
    return inviteMember(this.useCases.context, { ...input, actor: hostActor(input) });
  }

  /** S8: what IdPs gave goes, sessions are dead for good; what was assigned by API stays without effect. Idempotent. */
  async suspend(input: InTheNameOf & MemberReference): Promise<MemberWithRoles> {
    const { context } = this.useCases;
    await deactivateMember(context, { ...input, actor: hostActor(input) });
    return getMember(context, input);
  }

  /** Lifts a suspension, or what a directory said; who never signed in is invited again. Idempotent. */
  async activate(input: InTheNameOf & MemberReference): Promise<MemberWithRoles> {
    const { context } = this.useCases;
    await reactivateMember(context, { ...input, actor: hostActor(input) });
    return getMember(context, input);
  }

  list(input: {
    readonly organization: string;
    readonly email?: string;
    readonly after?: string;
    readonly limit?: number;
  }): Promise<Page<MemberWithRoles>> {
    return listMembers(this.useCases.context, { limit: 50, ...input });
  }

  get(member: MemberReference): Promise<MemberWithRoles> {
    return getMember(this.useCases.context, member);
  }

  /** Every role with its reasons; with `role`, also why it is lacked. */
  explain(
    question: MemberReference & {
      readonly role?: string;
      readonly resource?: { readonly type: string; readonly id: string };
    },
  ): Promise<Explanation> {
    return explain(this.useCases.context, question);
  }
}
