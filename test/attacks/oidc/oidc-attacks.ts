import { Browser } from '../../../libs/nestjs/test/sign-in/browser.js';
import { ecKey, rsaKey } from '../signing-key.js';
import type { Target } from '../target.js';
import type { Prepared } from '../play.js';
import type { OidcCase, OidcKeys } from './oidc-case.js';
import type { Provider, Providers } from './provider.js';

export async function makeKeys(): Promise<OidcKeys> {
  const [idp, idpEc, rogue, weak] = await Promise.all([rsaKey(), ecKey(), rsaKey(), rsaKey(1024)]);
  return { idp, idpEc, rogue, weak };
}

/** Each case has a provider and a connection of its own: what is known of one is not known of another. */
export class OidcAttacks {
  constructor(
    readonly target: Target,
    readonly providers: Providers,
  ) {}

  async connect(provider: Provider, attack: Pick<OidcCase, 'connection' | 'oidc'> = {}): Promise<string> {
    const { issuer, clientId, clientSecret } = provider;
    const { id } = await this.target.connect({
      protocol: 'oidc',
      oidc: { issuer, clientId, clientSecret, ...attack.oidc },
      ...attack.connection,
    });
    return id;
  }

  async prepare(attack: OidcCase): Promise<Prepared> {
    const provider = this.providers.make(attack.provider);
    const connection = await this.connect(provider, attack);
    const browser = new Browser();
    const titled = { class: `OIDC ${attack.class}`, name: attack.name };
    const attempt = { ...titled, browser, connection, expected: attack.expect(provider) };
    if (attack.atLogin) return { ...attempt, answer: () => this.target.begin(browser, connection) };
    const begun = await this.target.begin(browser, connection);
    const location = begun.headers.get('location');
    if (location === null)
      throw new Error(`${attack.name}: not sent to the provider: ${begun.status} ${await begun.text()}`);
    const back = provider.authorize(location);
    return { ...attempt, answer: () => browser.get(back) };
  }
}
