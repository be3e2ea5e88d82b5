import type { Simulator } from '@idp-roles/simulator';

/** As much of a browser as a sign-in needs: a cookie jar per host, and redirects that are followed by hand. */
export class Browser {
  readonly cookies = new Map<string, string>();

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) {
      headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await fetch(url, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', ...value] = pair.split('=');
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value.join('='));
    }
    return response;
  }

  get(url: string, accept = 'application/json'): Promise<Response> {
    return this.fetch(url, { headers: { accept } });
  }

  postForm(url: string, fields: Record<string, string>): Promise<Response> {
    return this.fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  }

  /** To the IdP and back, as `login`; the app's answer to what the IdP sent. */
  async signIn(
    app: string,
    connection: string,
    idp: Simulator,
    login: string,
    returnTo = '/me',
  ): Promise<Response> {
    const begun = await this.get(`${app}/sso/${connection}/login?returnTo=${encodeURIComponent(returnTo)}`);
    const location = begun.headers.get('location');
    if (!location) return begun;
    if (location.startsWith(idp.oidc.issuer)) return this.get(await idp.answerOidc(location, login));
    const { action, SAMLResponse, RelayState } = await idp.answerSaml(location, login);
    return this.postForm(action, { SAMLResponse, ...(RelayState !== undefined && { RelayState }) });
  }
}
