/**
 * The public addresses of a connection's endpoints (L6), derived from `publicUrl` and the path where the router
 * really mounted them. Usable from `onApplicationBootstrap` on; asked earlier it throws.
 */
export class SignInUrls {
  #base: string | undefined;

  constructor(
    private readonly publicUrl: string,
    mounted?: string,
  ) {
    if (mounted !== undefined) this.mountAt(mounted);
  }

  /** `mounted` is what stands before `/sso` in the app's router, `''` or `/api`. */
  mountAt(mounted: string): void {
    this.#base = this.publicUrl.replace(/\/+$/, '') + mounted;
  }

  get base(): string {
    if (this.#base === undefined) {
      throw new Error('the addresses of sign-in are known once the app has started; ask after `app.init()`');
    }
    return this.#base;
  }

  /** The path that a browser sees before `/sso`, for cookies and links. */
  get basePath(): string {
    return new URL(this.base).pathname.replace(/\/+$/, '');
  }

  entityId(connection: string): string {
    return `${this.base}/sso/${connection}/metadata`;
  }
  metadataUrl(connection: string): string {
    return this.entityId(connection);
  }
  acsUrl(connection: string): string {
    return `${this.base}/sso/${connection}/acs`;
  }
  redirectUri(connection: string): string {
    return `${this.base}/sso/${connection}/callback`;
  }
  /** Where the IdP's logout messages arrive (SAML). */
  sloUrl(connection: string): string {
    return `${this.base}/sso/${connection}/slo`;
  }
  /** Where the IdP leads back to after a logout (OpenID Connect). */
  signedOutUrl(connection: string): string {
    return `${this.base}/sso/${connection}/signed-out`;
  }
  backchannelLogoutUrl(connection: string): string {
    return `${this.base}/sso/${connection}/backchannel-logout`;
  }
  loginUrl(connection: string): string {
    return `${this.base}/sso/${connection}/login`;
  }
}
