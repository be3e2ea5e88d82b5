import type { Claims } from '@idp-roles/mapping';
import type { Identity, IdentityKey, Member } from '@idp-roles/store';
import type { SignInRefusalCode } from './sign-in-outcome.js';

/** What a sign-in says about whose it is. */
export interface Caller {
  readonly key: IdentityKey;
  /** Id of the connection. */
  readonly connection: string;
  readonly claims: Claims;
  readonly email?: string;
  readonly emailVerified?: boolean;
}

export interface RecognisedMember {
  readonly as: 'member';
  readonly member: Member;
  /** L4's order. */
  readonly by: 'identity' | 'directory' | 'email';
  readonly identity?: Identity;
}

export interface NotAdmitted {
  readonly as: 'refused';
  readonly code: SignInRefusalCode;
  readonly member?: string;
  /** For the trace, where the code alone does not tell an admin what to do. */
  readonly detail?: { readonly reason: string };
}

export type Recognised = RecognisedMember | { readonly as: 'newcomer' } | NotAdmitted;

/** S8: signing in never brings back whom an admin or a directory has shut out. */
export function admitted(
  member: Member,
  by: RecognisedMember['by'],
  identity?: Identity,
): RecognisedMember | NotAdmitted {
  if (member.status === 'suspended') return { as: 'refused', code: 'member-suspended', member: member.id };
  if (member.status === 'deprovisioned') {
    return { as: 'refused', code: 'member-deprovisioned', member: member.id };
  }
  return { as: 'member', member, by, ...(identity && { identity }) };
}
