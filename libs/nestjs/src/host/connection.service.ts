import { Inject, Injectable } from '@nestjs/common';
import type { Outbound } from '@idp-roles/outbound';
import { organizationOf, type Connection } from '@idp-roles/store';
import { createConnection } from '@idp-roles/use-cases';
import { connectionDraft } from '../admin/connections/connection-draft.js';
import type { CreateConnectionBody } from '../admin/connections/connection.body.js';
import {
  oidcRelyingParty,
  samlServiceProvider,
  type OidcRelyingParty,
  type SamlServiceProvider,
} from '../admin/connections/service-provider.js';
import { OUTBOUND } from '../opened.js';
import { SignInUrls } from '../sign-in/sign-in-urls.js';
import { UseCases } from '../use-cases.js';

/** Connections with IdPs, as the admin API takes them. Usable once the app has started: their addresses are known then. */
@Injectable()
export class ConnectionService {
  constructor(
    private readonly useCases: UseCases,
    private readonly urls: SignInUrls,
    @Inject(OUTBOUND) private readonly outbound: Outbound,
  ) {}

  /** Rejects with all that is wrong with the settings at once. */
  async create(organization: string, body: CreateConnectionBody): Promise<Connection> {
    const { context } = this.useCases;
    const judging = { outbound: this.outbound, urls: this.urls, now: context.clock() };
    const { draft } = await connectionDraft(organization, body, judging);
    const { connection } = await createConnection(context, {
      ...draft,
      organization,
      actor: { kind: 'host' },
    });
    return connection;
  }

  get(connection: string): Promise<Connection | undefined> {
    const organization = organizationOf(connection);
    if (organization === undefined) return Promise.resolve(undefined);
    return this.useCases.context.store.read.connections.get(organization, connection);
  }

  all(organization: string): Promise<readonly Connection[]> {
    return this.useCases.context.store.read.connections.all(organization);
  }

  /** Where people go to sign in through it. */
  loginUrl(connection: string): string {
    return this.urls.loginUrl(connection);
  }

  /** What a SAML IdP must know of us. */
  serviceProvider(connection: string): SamlServiceProvider {
    return samlServiceProvider(connection, this.urls);
  }

  /** What an OpenID provider must know of us. */
  relyingParty(connection: string): OidcRelyingParty {
    return oidcRelyingParty(connection, this.urls);
  }

  /** Of it, where people return to from a sign-in. */
  redirectUri(connection: string): string {
    return this.urls.redirectUri(connection);
  }
}
