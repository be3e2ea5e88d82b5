import { domainToUnicode } from 'node:url';
import { fold, foldEmail, type Member } from '@idp-roles/store';
import type { SignInRequest } from './sign-in-outcome.js';

/**
 * Addresses are unique by a key in which look-alikes meet: a fullwidth letter and a Latin one, the Kelvin sign and a `k`. Only an
 * address that is its own key, but for the case of A to Z and a domain in Unicode instead of punycode, may lead to a member (L4).
 */
export function linksAs(email: string | undefined): boolean {
  if (email === undefined) return false;
  const lowered = email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const key = foldEmail(email);
  const domain = key.lastIndexOf('@') + 1;
  return lowered === key || lowered === `${key.slice(0, domain)}${domainToUnicode(key.slice(domain))}`;
}

/** The same of a userName: nobody is led to a person by letters that only look like theirs (L4). */
export function isOwnKey(name: string): boolean {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) === fold(name);
}

/**
 * L4: whether the member's address leads other connections' sign-ins to them from now on. The organization vouches for whom its IdP
 * brings anew, under the address they come with; it does not vouch for what a person known already is called later, which in many
 * IdPs they edit themselves: whoever takes the address of someone with more roles would be joined by the owner's next sign-in.
 * So an address that a sign-in or a directory changed leads nobody, until an IdP says in so many words that it has verified it.
 */
export function linksAfter(
  member: Member,
  email: string,
  { emailVerified }: Pick<SignInRequest, 'emailVerified'>,
): boolean {
  const same = member.email !== undefined && foldEmail(member.email) === foldEmail(email);
  return (same && member.emailLinks) || (emailVerified === true && linksAs(email));
}
