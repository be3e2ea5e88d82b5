import type { Response } from 'express';
import { referenceOf, sendPlainPage, sentenceOf } from './plain-page.js';
import type { SignInFailure } from './sign-in-failure.js';

/** Where a logout ends that has nowhere to return to, or that failed. */
export function sendLogoutPage(response: Response, failure?: SignInFailure): void {
  if (failure === undefined) {
    return sendPlainPage(response, 200, 'You are signed out', '<p>You can close this page.</p>');
  }
  const content = [
    sentenceOf(failure),
    '<p>If you want to be sure that nobody goes on in your name, close the browser.</p>',
    referenceOf(failure),
  ].join('\n');
  sendPlainPage(response, failure.status, 'The logout was not completed', content);
}
