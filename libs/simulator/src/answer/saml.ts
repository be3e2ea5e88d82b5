import { SimulatorError } from '../error.js';
import type { PostedResponse } from '../saml/identity-provider.js';

/** An AuthnRequest of the POST binding: the fields of the form that the service provider sends. */
export interface PostedRequest {
  readonly SAMLRequest: string;
  readonly RelayState?: string;
}

async function json(response: Response): Promise<Record<string, unknown>> {
  const body = (await response.json()) as Record<string, unknown>;
  if (response.ok) return body;
  throw new SimulatorError(
    'answer-refused',
    `the simulator answered ${response.status}: ${String(body.detail)}`,
  );
}

/**
 * Walks an AuthnRequest as a browser would, choosing `login` on the way.
 * @param request the URL of a Redirect, or the fields of a POST
 * @throws SimulatorError `answer-refused` if the simulator shows a page instead
 */
export async function answerSaml(
  entryPoint: string,
  request: string | PostedRequest,
  login: string,
): Promise<PostedResponse> {
  const headers = { accept: 'application/json' };
  const begun =
    typeof request === 'string'
      ? await fetch(request, { headers, redirect: 'manual' })
      : await fetch(entryPoint, {
          headers,
          redirect: 'manual',
          method: 'POST',
          body: new URLSearchParams({ ...request }),
        });
  const location = begun.headers.get('location');
  const answer =
    location === null
      ? begun
      : await fetch(new URL(location, begun.url), {
          headers,
          method: 'POST',
          body: new URLSearchParams({ login }),
        });
  const { action, SAMLResponse, RelayState } = await json(answer);
  if (typeof action !== 'string' || typeof SAMLResponse !== 'string') {
    throw new SimulatorError('answer-refused', 'the simulator sent no SAML response');
  }
  return { action, SAMLResponse, ...(typeof RelayState === 'string' && { RelayState }) };
}
