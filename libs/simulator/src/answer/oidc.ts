import { SimulatorError } from '../error.js';

const maxSteps = 10;

async function refusal(response: Response, what: string): Promise<SimulatorError> {
  const text = (await response.text())
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 500);
  return new SimulatorError(
    'answer-refused',
    `the simulator answered ${response.status} to ${what}: ${text}`,
  );
}

/**
 * Walks an authorization request as a browser would, choosing `login` on the way.
 * @returns the URL of the relying party that the browser would be sent to, with `code` or `error`
 * @throws SimulatorError `answer-refused` if the simulator shows a page instead
 */
export async function answerOidc(
  simulatorUrl: string,
  authorizationUrl: string,
  login: string,
): Promise<string> {
  const cookies = new Map<string, string>();
  const { origin } = new URL(simulatorUrl);
  let url = new URL(authorizationUrl);
  for (let step = 0; step < maxSteps; step += 1) {
    const choosing = url.pathname.startsWith('/sign-in/oidc/');
    const response = await fetch(url, {
      method: choosing ? 'POST' : 'GET',
      body: choosing ? new URLSearchParams({ login }) : undefined,
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      redirect: 'manual',
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';', 1);
      const name = pair.slice(0, pair.indexOf('='));
      cookies.set(name, pair.slice(name.length + 1));
    }
    const location = response.headers.get('location');
    if (location === null) throw await refusal(response, `\`${url.pathname}\``);
    await response.body?.cancel();
    url = new URL(location, url);
    if (url.origin !== origin) return url.href;
  }
  throw new SimulatorError('answer-refused', `no answer within ${maxSteps} redirects`);
}
