import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { OidcClients } from './clients.js';

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

const limit = 10_000;

/** Grants, codes, tokens and sessions of one simulator, in its memory. The oldest go first when there are too many. */
export class Tokens {
  readonly #entries = new Map<string, Entry>();

  find(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.expiresAt > Date.now() ? entry.payload : undefined;
  }

  where(
    model: string,
    holds: (payload: AdapterPayload) => boolean,
  ): [key: string, payload: AdapterPayload][] {
    return [...this.#entries]
      .filter(([key, { payload }]) => key.startsWith(`${model}:`) && holds(payload))
      .map(([key, { payload }]) => [key, payload]);
  }

  set(key: string, payload: AdapterPayload, expiresIn: number | undefined): void {
    this.#entries.delete(key);
    this.#entries.set(key, { payload, expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
    const oldest = this.#entries.keys().next();
    if (this.#entries.size > limit && !oldest.done) this.#entries.delete(oldest.value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}

/** oidc-provider's port onto `Tokens`; clients are read from their register at each request, so new ones count at once. */
export function tokenAdapter(model: string, tokens: Tokens, clients: OidcClients): Adapter {
  const key = (id: string) => `${model}:${id}`;
  return {
    async upsert(id, payload, expiresIn) {
      tokens.set(key(id), payload, expiresIn);
    },
    async find(id) {
      return model === 'Client' ? clientMetadata(clients, id) : tokens.find(key(id));
    },
    async findByUid(uid) {
      return tokens.where(model, (payload) => payload.uid === uid)[0]?.[1];
    },
    async findByUserCode() {
      return undefined;
    },
    async consume(id) {
      const payload = tokens.find(key(id));
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      tokens.delete(key(id));
    },
    async revokeByGrantId(grantId) {
      for (const [found] of tokens.where(model, (payload) => payload.grantId === grantId))
        tokens.delete(found);
    },
  };
}

function clientMetadata(clients: OidcClients, id: string): AdapterPayload | undefined {
  const client = clients.find(id);
  return (
    client && {
      client_id: client.clientId,
      client_secret: client.clientSecret,
      redirect_uris: [...client.redirectUris],
      post_logout_redirect_uris: [...(client.postLogoutRedirectUris ?? [])],
      ...(client.backchannelLogoutUri !== undefined && {
        backchannel_logout_uri: client.backchannelLogoutUri,
        backchannel_logout_session_required: true,
      }),
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
    }
  );
}
