import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { answerOidc } from './answer/oidc.js';
import type { PostedRequest } from './answer/saml.js';
import { answerSaml } from './answer/saml.js';
import { application } from './application.js';
import { SimulatorError } from './error.js';
import type { SimulatorKeys } from './keys.js';
import { generateKeys, keptKeys } from './keys.js';
import type { OidcClient } from './oidc/clients.js';
import { OidcClients } from './oidc/clients.js';
import { People } from './people.js';
import type { NewPerson } from './person.js';
import { defaultPeople } from './person.js';
import type { Personality } from './personality.js';
import { asPersonality } from './personality.js';
import { Realm } from './realm.js';
import type { Deviation, PostedResponse } from './saml/identity-provider.js';
import { IdentityProvider } from './saml/identity-provider.js';
import type { ServiceProvider } from './saml/service-providers.js';
import { ServiceProviders } from './saml/service-providers.js';

export interface SimulatorOptions {
  /** 0, the default, takes any that is free. */
  readonly port?: number;
  /** `127.0.0.1` unless given. */
  readonly host?: string;
  /**
   * Scheme, host and port by which browsers and the application reach it; `http://<host>:<port>` unless given.
   * A browser treats `localhost` and `127.0.0.1` as two sites: use the application's.
   */
  readonly baseUrl?: string;
  readonly people?: readonly NewPerson[];
  readonly personality?: Personality;
  readonly clients?: readonly OidcClient[];
  readonly serviceProviders?: readonly ServiceProvider[];
  /** What SAML signs: `assertion` unless given. */
  readonly signed?: 'assertion' | 'both';
  /** New ones at each start unless given. */
  readonly keys?: SimulatorKeys;
  /** A folder that keeps the keys, so that certificates and subjects stay the same from start to start. */
  readonly dataDir?: string;
  /** Where lines for the operator go: the standard error stream unless given, nowhere if `false`. */
  readonly log?: ((line: string) => void) | false;
  /** Without it, the simulator does not start where `NODE_ENV` is `production`. */
  readonly allowInProductionAlthoughAnyoneCanSignInAsAnyone?: boolean;
}

export interface Simulator {
  readonly url: string;
  readonly oidc: {
    readonly issuer: string;
    /** Adds a relying party, or replaces the one of the same id. */
    registerClient(client: OidcClient): void;
    /** `userinfo` keeps all but `sub` out of ID tokens. */
    claimsIn: Realm['claimsIn'];
  };
  readonly saml: {
    readonly idpIssuer: string;
    readonly entryPoint: string;
    /** PEM */
    readonly certificate: string;
    readonly metadataXml: string;
    /** Adds a service provider, or replaces the one of the same entity id. Others are refused. */
    registerServiceProvider(serviceProvider: ServiceProvider): void;
    /**
     * A Response nobody asked for (IdP-initiated), or one that differs from what this IdP would say, signed all the same.
     * Give `inResponseTo` to answer a request.
     */
    issue(entityId: string, login: string, deviation?: Deviation & { relayState?: string }): PostedResponse;
  };
  readonly people: People;
  personality: Personality;
  /** Calls to the URL that overage markers name; stays 0 with a relying party that heeds rule M9. */
  readonly claimSourceRequests: number;
  /** Chooses `login` without a browser: what would be posted to the service provider. */
  answerSaml(request: string | PostedRequest, login: string): Promise<PostedResponse>;
  /** Chooses `login` without a browser: the URL of the relying party with `code`, `state` and `iss`. */
  answerOidc(authorizationUrl: string, login: string): Promise<string>;
  /** Frees the port and ends every open connection. */
  close(): Promise<void>;
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

function refuseProduction(options: SimulatorOptions): void {
  if (process.env.NODE_ENV !== 'production' || options.allowInProductionAlthoughAnyoneCanSignInAsAnyone)
    return;
  throw new SimulatorError(
    'production-refused',
    'the IdP simulator lets anyone sign in as anyone and does not start where NODE_ENV is `production`; ' +
      'if that is what you want, set `allowInProductionAlthoughAnyoneCanSignInAsAnyone`',
  );
}

/**
 * Starts an identity provider for development and tests: anyone may sign in as anyone, and edit everyone.
 * @throws SimulatorError `production-refused`, `keys-unreadable`, or what a given person, client or service provider lacks
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  refuseProduction(options);
  // oxlint-disable-next-line no-console
  const log = options.log === false ? () => {} : (options.log ?? ((line: string) => console.warn(line)));
  const keys =
    options.keys ?? (options.dataDir === undefined ? await generateKeys() : await keptKeys(options.dataDir));
  const people = new People(options.people ?? defaultPeople, keys.secret);
  const clients = new OidcClients(options.clients ?? []);
  const serviceProviders = new ServiceProviders(options.serviceProviders ?? []);
  const personality = asPersonality(options.personality ?? 'array');

  const server = createServer();
  const host = options.host ?? '127.0.0.1';
  const port = await listen(server, options.port ?? 0, host);
  const url =
    options.baseUrl?.replace(/\/+$/, '') ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const realm = new Realm(url, people, clients, serviceProviders, personality);
  const saml = new IdentityProvider(realm, keys, options.signed ?? 'assertion');
  try {
    server.on('request', application({ realm, saml, keys, log, behindProxy: options.baseUrl !== undefined }));
  } catch (error) {
    await close(server);
    throw error;
  }
  log(`idp simulator on ${url}, for development and tests only: anyone can sign in as anyone`);

  return {
    url,
    people,
    oidc: {
      issuer: `${url}/oidc`,
      registerClient: (client) => clients.register(client),
      get claimsIn() {
        return realm.claimsIn;
      },
      set claimsIn(where) {
        realm.claimsIn = where;
      },
    },
    saml: {
      idpIssuer: saml.idpIssuer,
      entryPoint: saml.entryPoint,
      certificate: saml.certificate,
      metadataXml: saml.metadataXml,
      registerServiceProvider: (serviceProvider) => serviceProviders.register(serviceProvider),
      issue: (entityId, login, { relayState, ...deviation } = {}) =>
        saml.answer(
          { serviceProvider: serviceProviders.get(entityId), relayState },
          people.get(login),
          deviation,
        ),
    },
    get personality() {
      return realm.personality;
    },
    set personality(personality) {
      realm.personality = personality;
    },
    get claimSourceRequests() {
      return realm.claimSourceRequests;
    },
    answerSaml: (request, login) => answerSaml(saml.entryPoint, request, login),
    answerOidc: (authorizationUrl, login) => answerOidc(url, authorizationUrl, login),
    close: () => close(server),
  };
}
