import { formOf, type FormProblem } from './form-body.js';
import { SignInFailure } from './sign-in-failure.js';

const FORM_STATUS: Readonly<Record<FormProblem, number>> = {
  'form-too-large': 413,
  'form-too-slow': 408,
  'form-too-many': 503,
  'form-malformed': 400,
};

/** The form of a POST to one of our own routes; throws where there is none that can be read. */
export function sentForm(request: object): ReadonlyMap<string, string> {
  const form = formOf(request);
  if (form === undefined) {
    throw new SignInFailure(
      400,
      'form-unread',
      'the app has not called `setupIdpRoles(app)` before it started',
    );
  }
  if (typeof form === 'string') {
    throw new SignInFailure(
      FORM_STATUS[form],
      form,
      'the answer of the identity provider is not a form this site can read',
    );
  }
  return form;
}
