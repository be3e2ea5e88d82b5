import type { Member } from '@idp-roles/store';

/** Of a member, what audit events show (S13). */
export function shownMember({ status, email, emailLinks, name }: Member): object {
  return { status, email, emailLinks, name };
}
