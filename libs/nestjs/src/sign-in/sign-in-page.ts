import type { Response } from 'express';
import { referenceOf, sendPlainPage, sentenceOf } from './plain-page.js';
import type { SignInFailure, SignInFailureCode } from './sign-in-failure.js';

/** The plain page of a sign-in that failed (L7): what happened, a code, a reference, and nothing that came from outside. */
export function sendFailurePage(response: Response, failure: SignInFailure): void {
  const content = [sentenceOf(failure), next(failure.code), referenceOf(failure)].join('\n');
  sendPlainPage(response, failure.status, 'You are not signed in', content);
}

/** What a second try changes nothing about: somebody else has to act first. */
const FOR_AN_ADMINISTRATOR: ReadonlySet<SignInFailureCode> = new Set<SignInFailureCode>([
  'connection-unknown',
  'connection-not-active',
  'protocol-mismatch',
  'cookie-insecure',
  'form-unread',
  'email-taken',
  'identity-conflict',
  'member-ambiguous',
  'member-deprovisioned',
  'member-suspended',
  'member-unknown',
  'no-role',
]);

const OF_ANOTHER_ACCOUNT: ReadonlySet<SignInFailureCode> = new Set<SignInFailureCode>([
  'required-claim-missing',
  'required-claim-unmet',
  'required-claims-missing',
]);

/** The page stands at `/sso/:connection/login`, `callback`, `acs` or `metadata`: `./login` begins anew from each. */
function next(code: SignInFailureCode): string {
  if (FOR_AN_ADMINISTRATOR.has(code)) {
    return '<p>Trying again will not help. Ask your administrator, and give them the reference below.</p>';
  }
  const help = OF_ANOTHER_ACCOUNT.has(code)
    ? 'This way in is not for the account you chose. Try again with another one.'
    : 'If it happens again, give your administrator the reference below.';
  return `<p><a class="again" href="./login">Try again</a></p>
<p>${help}</p>`;
}
