import type { ModuleMetadata, Type } from '@nestjs/common';
import type { AccessModel } from '@idp-roles/access';
import type { OutboundOptions } from '@idp-roles/outbound';
import type {
  EmbeddedLocation,
  EphemeralStore,
  MigrationMode,
  PostgresLocation,
  Store,
} from '@idp-roles/store';
import type { ClaimsCompleter } from '@idp-roles/use-cases';
import type { PrincipalProvider } from './access/principal-provider.js';

/** What may come from a factory: nothing here shapes routes. The library reads no environment; the host passes values. */
export interface IdpRolesOptions {
  /** Where people's browsers see the root of this app, e.g. `https://app.example.com`. `https` outside development. */
  readonly publicUrl: string;
  /** A folder for the embedded database, the URL of a PostgreSQL (14 or newer) with its schema's name, or a store that the host opened. */
  readonly store: ((EmbeddedLocation | PostgresLocation) & { readonly migrations?: MigrationMode }) | Store;
  /** Sessions and marks of finished sign-ins: a Redis URL, or a store of the host's. In memory without it, so for one process only. */
  readonly ephemeral?: { readonly redisUrl: string } | EphemeralStore;
  /** Encrypts secrets at rest and signs cookies: 32 characters or more. The first of several seals, all open (rotation). */
  readonly secret: string | readonly string[];
  /** A bearer key that may use the whole admin API; 24 characters or more, visible ASCII. */
  readonly serviceKey?: string;
  /** Limits of calls to URLs that admins enter. */
  readonly outbound?: OutboundOptions;
  readonly session?: {
    /** Milliseconds without a request after which a session ends. Eight hours if absent. */
    readonly idleMs?: number;
    /** Milliseconds after sign-in at which a session ends in any case. 24 hours if absent. */
    readonly absoluteMs?: number;
  };
  readonly scim?: {
    /** Of one directory, on one instance; beyond that a request is answered by 429. 1 000 if absent. */
    readonly requestsPerSecond?: number;
    /** Requests that may come at one time before that counts. As `requestsPerSecond` if absent. */
    readonly burst?: number;
  };
  /** M13: role mappings may give resource roles. Off if absent. */
  readonly allowResourceMappings?: boolean;
  /** M9: fetches claims that the IdP did not send whole. */
  readonly claimsCompleter?: ClaimsCompleter;
  /** Milliseconds since the epoch; for tests. */
  readonly clock?: () => number;
}

export type IdpRolesRoutes = 'sign-in' | 'admin' | 'scim';

/** What shapes routes and injection, so it must be known before any factory runs. */
export interface IdpRolesShape {
  readonly access: AccessModel;
  /** Path under which `/sso`, `/scim/v2` and `/idp-roles/v1` stand. Empty if absent. A host's global prefix comes before it. */
  readonly prefix?: string;
  /** True if absent. */
  readonly isGlobal?: boolean;
  /** `global`: every route is judged, and one that declares neither `@Require…` nor `@Public()` is denied (A5). `decorated` if absent. */
  readonly guard?: 'global' | 'decorated';
  /** Who is asking, where a host has its own sessions or tokens (A11). Our sessions if absent. */
  readonly principalProvider?: Type<PrincipalProvider>;
  /** Which of our controllers are mounted. All if absent. */
  readonly controllers?: readonly IdpRolesRoutes[];
  /** Put on each of our controllers, so that a host's own global guards let them pass, e.g. `[HostPublic()]`. */
  readonly controllerDecorators?: readonly ClassDecorator[];
  /** Controllers that are not the host's own and that the global guard lets pass. */
  readonly publicControllers?: readonly Type[];
}

export interface IdpRolesOptionsFactory {
  createIdpRolesOptions(): Promise<IdpRolesOptions> | IdpRolesOptions;
}

export type IdpRolesRootOptions = IdpRolesShape & IdpRolesOptions;

export interface IdpRolesAsyncOptions extends IdpRolesShape, Pick<ModuleMetadata, 'imports'> {
  readonly inject?: readonly (Type | string | symbol)[];
  readonly useFactory?: (...injected: never[]) => Promise<IdpRolesOptions> | IdpRolesOptions;
  readonly useClass?: Type<IdpRolesOptionsFactory>;
  readonly useExisting?: Type<IdpRolesOptionsFactory>;
}

export const IDP_ROLES_OPTIONS = Symbol.for('@idp-roles/nestjs:options');
export const IDP_ROLES_SHAPE = Symbol.for('@idp-roles/nestjs:shape');

export function isHttps({ publicUrl }: IdpRolesOptions): boolean {
  return publicUrl.startsWith('https:');
}
