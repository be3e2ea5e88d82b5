import { domainToASCII } from 'node:url';

/** Lower case and punycode, as domains are compared and stored (D1). What is no domain at all is only lowered. */
export function foldDomain(domain: string): string {
  const lowered = fold(domain.trim());
  return domainToASCII(lowered) || lowered;
}

/** The key e-mails are unique by (D1): NFC, lower case, the domain in punycode. */
export function foldEmail(email: string): string {
  const folded = fold(email);
  const at = folded.lastIndexOf('@');
  return at < 0 ? folded : `${folded.slice(0, at)}@${foldDomain(folded.slice(at + 1))}`;
}

/** Letter case aside; composed again after lowering, which can take a character apart. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC');
}
