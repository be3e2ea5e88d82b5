import { Browser } from '../../../libs/nestjs/test/sign-in/browser.js';
import {
  copyOf,
  inTurn,
  mustAdmit,
  mustAdmitOne,
  mustRefuse,
  type SamlWorld,
  type Sequence,
} from '../sequence.js';
import { at, honest, minute } from './message.js';
import { post } from './saml-attacks.js';

type Row = readonly [name: string, run: (world: SamlWorld) => Promise<readonly string[]>];

const unsolicited = { allowIdpInitiated: true };
/** What an IdP sends that nobody asked. */
const unasked = { responseInResponseTo: undefined, inResponseTo: undefined };
const notBegun = { notBegun: true };

const rows: readonly Row[] = [
  [
    'the same answer again',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      const bring = () => post(browser, setting, { xml });
      const xml = honest(setting);
      return inTurn(
        () => mustAdmit(browser, bring),
        () => {
          browser.cookies.delete('idp-roles');
          return mustRefuse(world, browser, connection, 'sign-in-unknown', bring, notBegun);
        },
      );
    },
  ],
  [
    'again, with the cookies of before',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      const [xml, copy] = [honest(setting), copyOf(browser)];
      return inTurn(
        () => mustAdmit(browser, () => post(browser, setting, { xml })),
        () =>
          mustRefuse(world, copy, connection, 'sign-in-used', () => post(copy, setting, { xml }), {
            spends: [],
          }),
      );
    },
  ],
  [
    '100 copies at once',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      const xml = honest(setting);
      return mustAdmitOne(world, 100, browser, (copy) => post(copy, setting, { xml }));
    },
  ],
  [
    '100 copies at once that nobody asked for',
    async (world) => {
      const connection = await world.saml.connect(unsolicited);
      const setting = world.saml.setting(connection, '', '');
      const xml = honest(setting, unasked);
      return mustAdmitOne(world, 100, new Browser(), (copy) =>
        post(copy, setting, { xml, relayState: null }),
      );
    },
  ],
  [
    'nobody asked for it, and again',
    async (world) => {
      const [browser, again, connection] = [
        new Browser(),
        new Browser(),
        await world.saml.connect(unsolicited),
      ];
      const setting = world.saml.setting(connection, '', '');
      const xml = honest(setting, unasked);
      return inTurn(
        () => mustAdmit(browser, () => post(browser, setting, { xml, relayState: null })),
        () =>
          mustRefuse(
            world,
            again,
            connection,
            'replayed',
            () => post(again, setting, { xml, relayState: null }),
            { spends: [] },
          ),
      );
    },
  ],
  [
    'the identifier of an assertion used before',
    async (world) => {
      const [browser, other, connection] = [new Browser(), new Browser(), await world.saml.connect()];
      const first = await world.saml.begun(browser, connection);
      const second = await world.saml.begun(other, connection);
      return inTurn(
        () => mustAdmit(browser, () => post(browser, first, { xml: honest(first) })),
        () =>
          mustRefuse(
            world,
            other,
            connection,
            'replayed',
            () => post(other, second, { xml: honest(second, { id: `_a-${first.id}` }) }),
            { spends: [] },
          ),
      );
    },
  ],
  [
    'nobody asked for it, where that is refused',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = world.saml.setting(connection, '', '');
      return mustRefuse(
        world,
        browser,
        connection,
        'sign-in-unknown',
        () => post(browser, setting, { xml: honest(setting, unasked), relayState: null }),
        notBegun,
      );
    },
  ],
  [
    'nobody asked for it, in a sign-in under way',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect(unsolicited)];
      const setting = await world.saml.begun(browser, connection);
      return mustRefuse(world, browser, connection, 'in-response-to-missing', () =>
        post(browser, setting, { xml: honest(setting, unasked) }),
      );
    },
  ],
  [
    'the answer to a request of somebody else, as if nobody had asked',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect(unsolicited)];
      const setting = world.saml.setting(connection, '_other', '');
      return inTurn(
        () =>
          mustRefuse(
            world,
            browser,
            connection,
            'sign-in-unknown',
            () => post(browser, setting, { xml: honest(setting), relayState: null }),
            notBegun,
          ),
        () =>
          mustRefuse(
            world,
            browser,
            connection,
            'in-response-to-mismatch',
            () =>
              post(browser, setting, {
                xml: honest(setting, { responseInResponseTo: undefined }),
                relayState: null,
              }),
            notBegun,
          ),
      );
    },
  ],
  [
    'an address to return to on another site',
    async (world) => {
      const connection = await world.saml.connect(unsolicited);
      const wrong: string[] = [];
      for (const relayState of [
        'https://evil.test/',
        '//evil.test',
        '/\\evil.test',
        'javascript:alert(1)',
        '/\t/evil.test',
        `${world.target.url}/x`,
      ]) {
        const [browser, setting] = [new Browser(), world.saml.setting(connection, '', '')];
        const given = await post(browser, setting, { xml: honest(setting, unasked), relayState });
        if (given.headers.get('location') !== '/')
          wrong.push(`${relayState} leads to ${given.headers.get('location')}`);
      }
      return wrong;
    },
  ],
  [
    'in another browser',
    async (world) => {
      const [browser, other, connection] = [new Browser(), new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      return mustRefuse(
        world,
        other,
        connection,
        'sign-in-unknown',
        () => post(other, setting, { xml: honest(setting) }),
        notBegun,
      );
    },
  ],
  [
    'in another browser that has begun a sign-in of its own',
    async (world) => {
      const [browser, other, connection] = [new Browser(), new Browser(), await world.saml.connect()];
      const [mine, theirs] = [
        await world.saml.begun(browser, connection),
        await world.saml.begun(other, connection),
      ];
      return inTurn(
        () =>
          mustRefuse(world, other, connection, 'in-response-to-mismatch', () =>
            post(other, theirs, { xml: honest(mine) }),
          ),
        () =>
          mustRefuse(
            world,
            other,
            connection,
            'sign-in-unknown',
            () => post(other, mine, { xml: honest(mine) }),
            notBegun,
          ),
      );
    },
  ],
  [
    'at another connection',
    async (world) => {
      const [browser, one, two] = [new Browser(), await world.saml.connect(), await world.saml.connect()];
      const [first, second] = [await world.saml.begun(browser, one), await world.saml.begun(browser, two)];
      const { acsUrl } = second;
      return inTurn(
        () =>
          mustRefuse(
            world,
            browser,
            two,
            'sign-in-unknown',
            () => post(browser, { ...first, acsUrl }, { xml: honest(first) }),
            notBegun,
          ),
        () =>
          mustRefuse(world, browser, two, 'response-destination-mismatch', () =>
            post(browser, second, { xml: honest(first) }),
          ),
        () =>
          mustRefuse(world, browser, two, 'recipient-mismatch', () =>
            post(browser, second, {
              xml: honest(first, {
                destination: acsUrl,
                responseInResponseTo: second.requestId,
                audiences: [[second.entityId]],
              }),
            }),
          ),
        () =>
          mustRefuse(world, browser, two, 'audience-mismatch', () =>
            post(browser, second, { xml: honest(second, { audiences: [[first.entityId]] }) }),
          ),
      );
    },
  ],
  [
    'with another RelayState',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const [first, second] = [
        await world.saml.begun(browser, connection),
        await world.saml.begun(browser, connection),
      ];
      return inTurn(
        () =>
          mustRefuse(world, browser, connection, 'in-response-to-mismatch', () =>
            post(browser, first, { xml: honest(second) }),
          ),
        () =>
          mustRefuse(
            world,
            browser,
            connection,
            'sign-in-unknown',
            () => post(browser, first, { xml: honest(first), relayState: null }),
            notBegun,
          ),
        () =>
          mustRefuse(
            world,
            browser,
            connection,
            'sign-in-unknown',
            () => post(browser, first, { xml: honest(first), relayState: 'x'.repeat(500) }),
            notBegun,
          ),
      );
    },
  ],
  [
    'with a cookie changed by one character',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      for (const [name, value] of browser.cookies)
        browser.cookies.set(
          name,
          value
            .replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
            .replace(/\.(.)/, (_, first) => `.${first === 'A' ? 'B' : 'A'}`),
        );
      return mustRefuse(
        world,
        browser,
        connection,
        'sign-in-unknown',
        () => post(browser, setting, { xml: honest(setting) }),
        notBegun,
      );
    },
  ],
  [
    'with the time of the cookie put off',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      for (const [name, value] of browser.cookies)
        browser.cookies.set(name, value.replace(/^[^.]*/, (Date.now() + 1e10).toString(36)));
      return mustRefuse(
        world,
        browser,
        connection,
        'sign-in-unknown',
        () => post(browser, setting, { xml: honest(setting) }),
        notBegun,
      );
    },
  ],
  [
    'at a connection that was turned off meanwhile',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      await world.target.admin.call(
        'PATCH',
        `/organizations/${world.target.organization}/connections/${connection}`,
        { state: 'disabled' },
      );
      return mustRefuse(
        world,
        browser,
        connection,
        'connection-not-active',
        () => post(browser, setting, { xml: honest(setting) }),
        notBegun,
      );
    },
  ],
  [
    'signed by a key that was taken back meanwhile',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      await world.target.admin.call(
        'PATCH',
        `/organizations/${world.target.organization}/connections/${connection}`,
        {
          saml: {
            idpIssuer: setting.issuer,
            entryPoint: 'https://idp.test/sso',
            certificates: [world.saml.keys.idpEc.certificate],
          },
        },
      );
      return mustRefuse(world, browser, connection, 'signature-invalid', () =>
        post(browser, setting, { xml: honest(setting) }),
      );
    },
  ],
  [
    'a session chosen beforehand is not taken up',
    async (world) => {
      const [attacker, browser, connection] = [new Browser(), new Browser(), await world.saml.connect()];
      const theirs = await world.saml.begun(attacker, connection);
      await post(attacker, theirs, { xml: honest(theirs) });
      const fixed = attacker.cookies.get('idp-roles') ?? '';
      browser.cookies.set('idp-roles', fixed);
      const setting = await world.saml.begun(browser, connection);
      const wrong = [...(await mustAdmit(browser, () => post(browser, setting, { xml: honest(setting) })))];
      if (browser.cookies.get('idp-roles') === fixed) wrong.push('got in under the session of somebody else');
      return wrong;
    },
  ],
  [
    'a confirmation for later, kept until then',
    async (world) => {
      const [browser, connection] = [new Browser(), await world.saml.connect()];
      const setting = await world.saml.begun(browser, connection);
      const xml = honest(setting, { confirmationStart: at(20 * minute), confirmationEnd: at(40 * minute) });
      return mustRefuse(world, browser, connection, 'assertion-not-yet-valid', () =>
        post(browser, setting, { xml }),
      );
    },
  ],
];

export const samlSequences: readonly Sequence<SamlWorld>[] = rows.map(([name, run]) => ({
  class: 'SAML replays',
  name,
  run,
}));
