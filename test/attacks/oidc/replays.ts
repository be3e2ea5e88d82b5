import { Browser } from '../../../libs/nestjs/test/sign-in/browser.js';
import {
  copyOf,
  inTurn,
  mustAdmit,
  mustAdmitOne,
  mustRefuse,
  type OidcWorld,
  type Sequence,
} from '../sequence.js';
import { jws } from './jws.js';
import type { Misbehaviour } from './oidc-case.js';
import { honestToken, publicKey, type Provider } from './provider.js';

type Row = readonly [name: string, run: (world: OidcWorld) => Promise<readonly string[]>];

interface Begun {
  readonly provider: Provider;
  readonly connection: string;
  readonly browser: Browser;
  /** Address that the browser was sent to. */
  readonly location: string;
}

async function begin(
  { target }: OidcWorld,
  provider: Provider,
  connection: string,
  browser = new Browser(),
): Promise<Begun> {
  const answer = await target.begin(browser, connection);
  return { provider, connection, browser, location: answer.headers.get('location') ?? '' };
}

async function begun(world: OidcWorld, misbehaviour: Misbehaviour = {}): Promise<Begun> {
  const provider = world.oidc.providers.make(misbehaviour);
  return begin(world, provider, await world.oidc.connect(provider));
}

const stateOf = (location: string) => new URL(location).searchParams.get('state') ?? '';
/** The callback with some parameters replaced. */
function changed(callback: string, changes: Readonly<Record<string, string>>): string {
  const url = new URL(callback);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return url.href;
}
const notBegun = { notBegun: true };

const rows: readonly Row[] = [
  [
    'the same answer again',
    async (world) => {
      const { provider, connection, browser, location } = await begun(world);
      const back = provider.authorize(location);
      return inTurn(
        () => mustAdmit(browser, () => browser.get(back)),
        () => {
          browser.cookies.delete('idp-roles');
          return mustRefuse(world, browser, connection, 'sign-in-unknown', () => browser.get(back), notBegun);
        },
      );
    },
  ],
  [
    'again, with the cookies of before',
    async (world) => {
      const { provider, connection, browser, location } = await begun(world);
      const [back, copy] = [provider.authorize(location), copyOf(browser)];
      return inTurn(
        () => mustAdmit(browser, () => browser.get(back)),
        () => mustRefuse(world, copy, connection, 'already-finished', () => copy.get(back)),
      );
    },
  ],
  [
    '100 copies at once',
    async (world) => {
      const { provider, browser, location } = await begun(world);
      const back = provider.authorize(location);
      const wrong = [...(await mustAdmitOne(world, 100, browser, (copy) => copy.get(back)))];
      if (provider.count('/token') !== 1) wrong.push(`the code was spent ${provider.count('/token')} times`);
      return wrong;
    },
  ],
  [
    'a second code for a sign-in that has finished',
    async (world) => {
      const { provider, connection, browser, location } = await begun(world);
      const copy = copyOf(browser);
      const [first, second] = [provider.authorize(location), provider.authorize(location)];
      return inTurn(
        () => mustAdmit(browser, () => browser.get(first)),
        () => mustRefuse(world, copy, connection, 'already-finished', () => copy.get(second)),
      );
    },
  ],
  [
    'a code that was refused, again',
    async (world) => {
      const { provider, connection, browser, location } = await begun(world);
      const back = changed(provider.authorize(location), { code: 'forged' });
      return inTurn(
        () => mustRefuse(world, browser, connection, 'code-refused', () => browser.get(back)),
        () => mustRefuse(world, browser, connection, 'already-finished', () => browser.get(back)),
      );
    },
  ],
  [
    'before any sign-in',
    async (world) => {
      const { connection } = await begun(world);
      const stranger = new Browser();
      return mustRefuse(
        world,
        stranger,
        connection,
        'sign-in-unknown',
        () => stranger.get(`${world.target.url}/sso/${connection}/callback?code=a&state=b`),
        notBegun,
      );
    },
  ],
  [
    'in another browser',
    async (world) => {
      const { provider, connection, location } = await begun(world);
      const [back, other] = [provider.authorize(location), new Browser()];
      return mustRefuse(world, other, connection, 'sign-in-unknown', () => other.get(back), notBegun);
    },
  ],
  [
    'in another browser that has begun a sign-in of its own',
    async (world) => {
      const { provider, connection, location } = await begun(world);
      const other = await begin(world, provider, connection);
      const back = provider.authorize(location);
      return mustRefuse(
        world,
        other.browser,
        connection,
        'sign-in-unknown',
        () => other.browser.get(back),
        notBegun,
      );
    },
  ],
  [
    'the attacker’s code in the victim’s sign-in: PKCE',
    async (world) => {
      const { provider, connection, location } = await begun(world);
      const victim = await begin(world, provider, connection);
      const back = changed(provider.authorize(location), { state: stateOf(victim.location) });
      return mustRefuse(world, victim.browser, connection, 'code-refused', () => victim.browser.get(back));
    },
  ],
  [
    'the attacker’s code in the victim’s sign-in, at a provider that does not look at PKCE: nonce',
    async (world) => {
      const nonces: string[] = [];
      const provider = world.oidc.providers.make({
        idToken: (setting) => honestToken({ ...setting, claims: { ...setting.claims, nonce: nonces[0] } }),
      });
      const connection = await world.oidc.connect(provider);
      const attacker = await begin(world, provider, connection);
      nonces.push(new URL(attacker.location).searchParams.get('nonce') ?? '');
      const victim = await begin(world, provider, connection);
      return mustRefuse(world, victim.browser, connection, 'id-token-nonce', () =>
        victim.browser.get(provider.authorize(victim.location)),
      );
    },
  ],
  [
    'the ID token of a sign-in before',
    async (world) => {
      const kept: string[] = [];
      const provider = world.oidc.providers.make({
        idToken: (setting) => {
          if (kept.length === 0) kept.push(honestToken(setting));
          return kept[0];
        },
      });
      const connection = await world.oidc.connect(provider);
      const first = await begin(world, provider, connection);
      const second = await begin(world, provider, connection);
      return inTurn(
        () => mustAdmit(first.browser, () => first.browser.get(provider.authorize(first.location))),
        () =>
          mustRefuse(world, second.browser, connection, 'id-token-nonce', () =>
            second.browser.get(provider.authorize(second.location)),
          ),
      );
    },
  ],
  [
    'the answer of another provider (mix-up, RFC 9207)',
    async (world) => {
      const [one, two] = [await begun(world), await begun(world)];
      const state = stateOf(one.location);
      const back = new URL(two.provider.authorize(two.location));
      const here = changed(
        `${new URL(one.provider.authorize(one.location)).origin}/sso/${one.connection}/callback${back.search}`,
        { state },
      );
      return inTurn(
        () =>
          mustRefuse(world, one.browser, one.connection, 'response-issuer-mismatch', () =>
            one.browser.get(here),
          ),
        () =>
          mustRefuse(world, one.browser, one.connection, 'code-refused', () =>
            one.browser.get(changed(here, { iss: one.provider.issuer })),
          ),
      );
    },
  ],
  [
    'a sign-in of another connection',
    async (world) => {
      const [one, two] = [await begun(world), await begun(world)];
      const browser = copyOf(one.browser);
      for (const [name, value] of two.browser.cookies) browser.cookies.set(`${name}`, value);
      const back = one.provider.authorize(one.location).replace(one.connection, two.connection);
      return mustRefuse(world, browser, two.connection, 'sign-in-unknown', () => browser.get(back), notBegun);
    },
  ],
  [
    'the token of another provider, under the key of this one’s name',
    async (world) => {
      const { provider, connection, browser, location } = await begun(world, {
        idToken: ({ claims, keys }) =>
          jws(
            { alg: 'RS256', kid: 'rsa' },
            { ...claims, iss: 'http://localhost/other' },
            keys.idp.privateKey,
          ),
      });
      return mustRefuse(world, browser, connection, 'id-token-issuer', () =>
        browser.get(provider.authorize(location)),
      );
    },
  ],
  [
    'a new key counts at once, one that was withdrawn no more',
    async (world) => {
      const provider = world.oidc.providers.make({});
      const connection = await world.oidc.connect(provider);
      const [first, second, third] = [
        await begin(world, provider, connection),
        await begin(world, provider, connection),
        await begin(world, provider, connection),
      ];
      const finish = ({ browser, location }: Begun) => browser.get(provider.authorize(location));
      const rotated: Misbehaviour = {
        jwks: (_, { keys }) => ({ keys: [publicKey(keys.rogue.publicKey, 'next', 'RS256')] }),
        idToken: ({ claims, keys }) => jws({ alg: 'RS256', kid: 'next' }, claims, keys.rogue.privateKey),
      };
      return inTurn(
        () => mustAdmit(first.browser, () => finish(first)),
        () => {
          provider.misbehaviour = rotated;
          return mustAdmit(second.browser, () => finish(second));
        },
        () => {
          provider.misbehaviour = { jwks: rotated.jwks };
          return mustRefuse(world, third.browser, connection, 'id-token-key-unknown', () => finish(third));
        },
      );
    },
  ],
  [
    '30 tokens of keys nobody knows ask for the keys twice',
    async (world) => {
      const provider = world.oidc.providers.make({});
      const connection = await world.oidc.connect(provider);
      const honestOne = await begin(world, provider, connection);
      const wrong = [
        ...(await mustAdmit(honestOne.browser, () =>
          honestOne.browser.get(provider.authorize(honestOne.location)),
        )),
      ];
      let made = 0;
      provider.misbehaviour = {
        idToken: ({ claims, keys }) =>
          jws({ alg: 'RS256', kid: `made-up-${made++}` }, claims, keys.rogue.privateKey),
      };
      for (let round = 0; round < 30; round++) {
        const { browser, location } = await begin(world, provider, connection);
        const given = await browser.get(provider.authorize(location));
        if (given.status !== 400) wrong.push(`answered with ${given.status}`);
        await given.text();
      }
      if (provider.count('/jwks') > 2) wrong.push(`asked ${provider.count('/jwks')} times for the keys`);
      return wrong;
    },
  ],
  [
    'a provider that is down is asked once by twenty',
    async (world) => {
      const provider = world.oidc.providers.make({
        routes: { '/.well-known/openid-configuration': (_, response) => void response.writeHead(500).end() },
      });
      const connection = await world.oidc.connect(provider);
      const given = await Promise.all(
        Array.from({ length: 20 }, () => world.target.begin(new Browser(), connection)),
      );
      const wrong = given
        .filter(({ status }) => status < 400 || status >= 500)
        .map(({ status }) => `answered with ${status}`);
      const asked = provider.count('/.well-known/openid-configuration');
      if (asked !== 1) wrong.push(`asked ${asked} times`);
      return wrong;
    },
  ],
  [
    'a callback by POST',
    async (world) => {
      const { provider, browser, location } = await begun(world);
      const back = new URL(provider.authorize(location));
      const given = await browser.fetch(back.href, { method: 'POST', body: back.searchParams });
      return given.status === 404 ? [] : [`answered with ${given.status}`];
    },
  ],
  [
    'the secrets of a sign-in are not in the address',
    async (world) => {
      const { browser, location } = await begun(world);
      const asked = new URL(location).searchParams;
      const wrong = ['code_verifier', 'client_secret'].filter((name) => asked.has(name));
      if (asked.get('code_challenge_method') !== 'S256') wrong.push('PKCE is not S256');
      if (asked.get('response_type') !== 'code') wrong.push('another flow than code');
      for (const value of browser.cookies.values())
        if (value.includes(asked.get('nonce') ?? '')) wrong.push('the nonce stands in the cookie');
      return wrong;
    },
  ],
];

export const oidcSequences: readonly Sequence<OidcWorld>[] = rows.map(([name, run]) => ({
  class: 'OIDC replays',
  name,
  run,
}));
