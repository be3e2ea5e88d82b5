import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { Archived } from './archive.js';
import { Archive } from './archive.js';
import { answerOidc } from './answer/oidc.js';
import type { PostedRequest } from './answer/saml.js';
import { answerSaml } from './answer/saml.js';
import { application } from './application.js';
import { SimulatorError } from './error.js';
import type { SimulatorKeys } from './keys.js';
import { generateKeys, keptKeys } from './keys.js';
import type { OidcClient } from './oidc/clients.js';
import type { People } from './people.js';
import type { NewPerson } from './person.js';
import { defaultPeople } from './person.js';
import type { Personality } from './personality.js';
import { Realm } from './realm.js';
import type { Deviation, LogoutDeviation, PostedResponse } from './saml/identity-provider.js';
import { IdentityProvider } from './saml/identity-provider.js';
import type { ScimDirectory } from './scim/directories.js';
import type { ScimPush } from './scim/push-log.js';
import { logoutToken } from './oidc/logout-token.js';
import type { OutgoingLogout } from './saml/logout.js';
import type { ServiceProvider } from './saml/service-providers.js';
import { SigningOut, type SignOut } from './sign-out.js';

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
  /** SCIM endpoints that people and groups are pushed to. */
  readonly directories?: readonly ScimDirectory[];
  /** What SAML signs: `assertion` unless given. */
  readonly signed?: 'assertion' | 'both';
  /** New ones at each start unless given. */
  readonly keys?: SimulatorKeys;
  /** A folder that keeps keys and edits, so that a restart changes neither certificate nor subjects nor people. */
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
    /** Signed as this IdP signs; `claims` are added, or taken out where undefined. */
    logoutToken(clientId: string, claims: Readonly<Record<string, unknown>>): string;
    /** `userinfo` keeps all but `sub` out of ID tokens. */
    claimsIn: Realm['claimsIn'];
  };
  readonly saml: {
    readonly idpIssuer: string;
    readonly entryPoint: string;
    /** PEM */
    readonly certificate: string;
    readonly metadataXml: string;
    readonly sloUrl: string;
    /** How logout messages leave: `redirect` unless set. */
    logoutBinding: 'redirect' | 'post';
    /** A LogoutRequest about a person's last sign-in there, or one that differs from it, signed all the same unless `signed` is false. */
    logoutRequest(entityId: string, login: string, deviation?: LogoutDeviation): OutgoingLogout;
    /** Adds a service provider, or replaces the one of the same entity id. Others are refused. */
    registerServiceProvider(serviceProvider: ServiceProvider): void;
    /**
     * A Response nobody asked for (IdP-initiated), or one that differs from what this IdP would say, signed all the same.
     * Give `inResponseTo` to answer a request.
     */
    issue(entityId: string, login: string, deviation?: Deviation & { relayState?: string }): PostedResponse;
  };
  readonly scim: {
    /** Adds a directory, or replaces that of the same organization. Nothing is pushed by this. */
    registerDirectory(directory: ScimDirectory): void;
    /** Everybody of the organization, in the dialect of the personality. A refusal is told by `delivered`. */
    push(organization: string): Promise<ScimPush>;
    /** One person, after whatever was edited. */
    pushPerson(login: string): Promise<ScimPush>;
    /** The last pushes, the newest first. */
    readonly log: readonly ScimPush[];
  };
  /** Edits made here are pushed by `scim.pushPerson` alone, also where a directory is `automatic`. */
  readonly people: People;
  personality: Personality;
  /** Calls to the URL that overage markers name; stays 0 with a relying party that heeds rule M9. */
  readonly claimSourceRequests: number;
  /** Ends every session of a person: told by the back channel, and what a browser has to carry. */
  signOut(login: string): Promise<SignOut>;
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

/** What was edited before a restart wins over what the options begin with; registrations of the options win. */
function beginning(options: SimulatorOptions, archived: Archived): Archived {
  const known = new Set([...archived.people.map(({ login }) => login), ...(archived.removed ?? [])]);
  const further = (options.people ?? defaultPeople).filter(({ login }) => !known.has(login));
  return {
    personality: archived.personality ?? options.personality,
    people: [...archived.people, ...further],
    clients: [...archived.clients, ...(options.clients ?? [])],
    serviceProviders: [...archived.serviceProviders, ...(options.serviceProviders ?? [])],
    removed: archived.removed,
    directories: archived.directories,
  };
}

function urlOf(options: SimulatorOptions, host: string, port: number): string {
  if (options.baseUrl !== undefined) return new URL(options.baseUrl).origin;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Starts an identity provider for development and tests: anyone may sign in as anyone, and edit everyone.
 * @throws SimulatorError `production-refused`, `keys-unreadable`, `archive-unreadable`, or what a given person, client
 * or service provider lacks
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  refuseProduction(options);
  const { dataDir, host = '127.0.0.1' } = options;
  const log = options.log === false ? () => {} : (options.log ?? ((line: string) => console.warn(line)));
  const keys = options.keys ?? (dataDir === undefined ? await generateKeys() : await keptKeys(dataDir));
  const archive = dataDir === undefined ? undefined : new Archive(dataDir);
  const server = createServer();
  const port = await listen(server, options.port ?? 0, host);
  try {
    const begin = beginning(options, archive?.read() ?? { people: [], clients: [], serviceProviders: [] });
    const keep = (archived: Archived) => archive?.write(archived);
    const realm = new Realm(urlOf(options, host, port), begin, keys.secret, keep);
    for (const directory of options.directories ?? []) realm.scim.directories.register(directory);
    const saml = new IdentityProvider(realm, keys, options.signed ?? 'assertion');
    const behindProxy = options.baseUrl !== undefined;
    server.on('request', application({ realm, saml, keys, log, behindProxy }));
    log(`idp simulator on ${realm.url}, for development and tests only: anyone can sign in as anyone`);
    return controls(realm, saml, keys, server);
  } catch (error) {
    await close(server);
    throw error;
  }
}

function lastAt({ participations, people }: Realm, entityId: string, login: string) {
  const last = participations
    .of(people.get(login).login)
    .findLast((each) => each.protocol === 'saml' && each.entityId === entityId);
  if (last?.protocol === 'saml') return { nameId: last.nameId, sessionIndex: last.sessionIndex };
  throw new SimulatorError('logout-invalid', `\`${login}\` has not signed in to \`${entityId}\``);
}

function controls(realm: Realm, saml: IdentityProvider, keys: SimulatorKeys, server: Server): Simulator {
  const { url, people, clients, serviceProviders, scim } = realm;
  return {
    url,
    people,
    oidc: {
      issuer: `${url}/oidc`,
      registerClient: (client) => clients.register(client),
      logoutToken: (clientId, claims) => logoutToken(keys, { issuer: `${url}/oidc`, clientId }, claims),
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
      sloUrl: saml.sloUrl,
      get logoutBinding() {
        return saml.logoutBinding;
      },
      set logoutBinding(binding) {
        saml.logoutBinding = binding;
      },
      logoutRequest: (entityId, login, deviation = {}) =>
        saml.logoutRequest(entityId, { ...lastAt(realm, entityId, login), ...deviation }),
      registerServiceProvider: (serviceProvider) => serviceProviders.register(serviceProvider),
      issue: (entityId, login, { relayState, ...deviation } = {}) =>
        saml.answer(
          { serviceProvider: serviceProviders.get(entityId), relayState },
          people.get(login),
          deviation,
        ),
    },
    scim: {
      registerDirectory: (directory) => scim.directories.register(directory),
      push: (organization) => scim.pushAll(organization),
      pushPerson: (login) => scim.pushPerson(login),
      get log() {
        return scim.log.list();
      },
    },
    get personality() {
      return realm.personality;
    },
    set personality(name) {
      realm.personality = name;
    },
    get claimSourceRequests() {
      return realm.claimSourceRequests;
    },
    signOut: (login) => new SigningOut(realm, saml, keys).person(login),
    answerSaml: (request, login) => answerSaml(saml.entryPoint, request, login),
    answerOidc: (authorizationUrl, login) => answerOidc(url, authorizationUrl, login),
    close: () => close(server),
  };
}
