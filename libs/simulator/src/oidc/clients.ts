import { SimulatorError } from '../error.js';

export interface OidcClient {
  readonly clientId: string;
  /** Accepted by `client_secret_basic` and `client_secret_post` alike. */
  readonly clientSecret: string;
  /** Compared byte for byte; nothing is ever sent elsewhere. */
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  /** Told when a person signs out here (OpenID Connect Back-Channel Logout 1.0). */
  readonly backchannelLogoutUri?: string;
}

const isWebUrl = (text: unknown): boolean =>
  typeof text === 'string' &&
  URL.canParse(text) &&
  /^https?:$/.test(new URL(text).protocol) &&
  !text.includes('#');

const isListOfUrls = (value: unknown): boolean => Array.isArray(value) && value.every(isWebUrl);

/** Relying parties that may ask. One added while running counts at its next request. */
export class OidcClients {
  readonly #byId = new Map<string, OidcClient>();

  constructor(
    clients: readonly OidcClient[],
    private readonly changed: () => void,
  ) {
    for (const client of clients) this.#keep(client);
  }

  list(): readonly OidcClient[] {
    return [...this.#byId.values()];
  }

  find(clientId: string): OidcClient | undefined {
    return this.#byId.get(clientId);
  }

  /** Adds a client, or replaces the one of the same id. @throws SimulatorError `client-invalid`, with every problem */
  register(client: OidcClient): void {
    this.#keep(client);
    this.changed();
  }

  #keep(client: OidcClient): void {
    const problems = [
      !(typeof client.clientId === 'string' && client.clientId) && 'clientId: text that is not empty',
      !(typeof client.clientSecret === 'string' && client.clientSecret) &&
        'clientSecret: text that is not empty',
      !(isListOfUrls(client.redirectUris) && client.redirectUris.length) &&
        'redirectUris: at least one http(s) URL',
      !isListOfUrls([client.backchannelLogoutUri].filter((uri) => uri !== undefined)) &&
        'backchannelLogoutUri: an http(s) URL',
      !isListOfUrls(client.postLogoutRedirectUris ?? []) && 'postLogoutRedirectUris: a list of http(s) URLs',
    ].filter((problem) => problem !== false);
    if (problems.length) throw new SimulatorError('client-invalid', problems.join('; '));
    this.#byId.set(
      client.clientId,
      Object.freeze({
        clientId: client.clientId,
        clientSecret: client.clientSecret,
        redirectUris: Object.freeze([...client.redirectUris]),
        postLogoutRedirectUris: Object.freeze([...(client.postLogoutRedirectUris ?? [])]),
        ...(client.backchannelLogoutUri !== undefined && {
          backchannelLogoutUri: client.backchannelLogoutUri,
        }),
      }),
    );
  }
}
