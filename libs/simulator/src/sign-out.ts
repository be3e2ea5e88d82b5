import type { SimulatorKeys } from './keys.js';
import { logoutToken } from './oidc/logout-token.js';
import type { Participation } from './participations.js';
import type { Realm } from './realm.js';
import type { IdentityProvider } from './saml/identity-provider.js';
import type { OutgoingLogout } from './saml/logout.js';

/** An OpenID Connect application that was told by the back channel. */
export interface ToldByBackChannel {
  readonly clientId: string;
  /** Of its answer; undefined where there was none. */
  readonly status?: number;
}

/** What a sign-out did, and what is left for a browser to carry: SAML has no other way. */
export interface SignOut {
  readonly told: readonly ToldByBackChannel[];
  readonly requests: readonly { readonly entityId: string; readonly request: OutgoingLogout }[];
}

/** Ends every session of a person. */
export class SigningOut {
  constructor(
    private readonly realm: Realm,
    private readonly saml: IdentityProvider,
    private readonly keys: SimulatorKeys,
  ) {}

  /** @param relayState what the service providers' answers bring back */
  async person(login: string, relayState?: string): Promise<SignOut> {
    const { login: known } = this.realm.people.get(login);
    const over = this.realm.participations.take(known);
    const told = await Promise.all(over.flatMap((each) => this.#tell(each)));
    const requests = over.flatMap((each) => {
      if (each.protocol !== 'saml' || this.realm.serviceProviders.get(each.entityId).sloUrl === undefined)
        return [];
      const { entityId, nameId, sessionIndex } = each;
      return [{ entityId, request: this.saml.logoutRequest(entityId, { nameId, sessionIndex, relayState }) }];
    });
    return { told, requests };
  }

  #tell(participation: Participation): Promise<ToldByBackChannel>[] {
    if (participation.protocol !== 'oidc') return [];
    const { clientId, subject: sub, sid } = participation;
    const uri = this.realm.clients.find(clientId)?.backchannelLogoutUri;
    if (uri === undefined) return [];
    const token = logoutToken(this.keys, { issuer: `${this.realm.url}/oidc`, clientId }, { sub, sid });
    const sent = fetch(uri, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      redirect: 'manual',
      signal: AbortSignal.timeout(5_000),
    });
    return [
      sent.then(
        async (response) => {
          await response.body?.cancel();
          return { clientId, status: response.status };
        },
        () => ({ clientId }),
      ),
    ];
  }
}
