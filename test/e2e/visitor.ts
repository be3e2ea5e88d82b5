import { Browser } from '../../libs/nestjs/test/sign-in/browser.js';
import { answerOidc } from '../../libs/simulator/src/answer/oidc.js';
import { answerSaml } from '../../libs/simulator/src/answer/saml.js';
import type { RunningDemo } from './running-demo.js';

/** A person at the running demo: signs in over HTTP as a browser would, and asks. */
export class Visitor {
  readonly browser = new Browser();

  constructor(private readonly demo: Pick<RunningDemo, 'url' | 'idp'>) {}

  /** The app's last answer: a redirect to `returnTo`, or the page of a refusal. */
  async signIn(connection: string, login: string, returnTo = '/'): Promise<Response> {
    const { url, idp } = this.demo;
    const begun = await this.browser.get(
      `${url}/sso/${connection}/login?returnTo=${encodeURIComponent(returnTo)}`,
    );
    const location = begun.headers.get('location');
    if (location === null) return begun;
    if (location.startsWith(`${idp}/oidc`)) return this.browser.get(await answerOidc(idp, location, login));
    const { action, SAMLResponse, RelayState } = await answerSaml(location, location, login);
    return this.browser.postForm(action, { SAMLResponse, ...(RelayState !== undefined && { RelayState }) });
  }

  async status(path: string): Promise<number> {
    return (await this.browser.get(this.demo.url + path)).status;
  }

  async roles(): Promise<string[]> {
    const session = (await (await this.browser.get(`${this.demo.url}/sso/session`)).json()) as {
      roles: { role: string; resource?: { type: string; id: string }; source: string }[];
    };
    return session.roles
      .map(({ role, resource }) => (resource ? `${role} on ${resource.id}` : role))
      .toSorted();
  }
}

/** The admin API by service key. */
export class AdminApi {
  constructor(private readonly demo: Pick<RunningDemo, 'url' | 'serviceKey'>) {}

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    expected?: number,
  ): Promise<T> {
    const response = await fetch(`${this.demo.url}/idp-roles/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.demo.serviceKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (expected === undefined ? !response.ok : response.status !== expected) {
      throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
