import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { IdpRolesRoutes } from './options.js';
import { SignInUrls } from './sign-in/sign-in-urls.js';

/** Stops the start: what the app mounted cannot work, and would fail later for reasons nobody sees. */
export class MountError extends Error {
  override readonly name = 'MountError';
  constructor(
    readonly code: 'setup-missing' | 'routes-not-mounted' | 'public-url-mismatch' | 'express-needed',
    message: string,
  ) {
    super(message);
  }
}

interface ExpressApp {
  readonly router?: { readonly stack: readonly { readonly route?: { readonly path: unknown } }[] };
}

/** One route of each group of controllers, as the router has it. */
const LANDMARKS: Readonly<Record<IdpRolesRoutes, string>> = {
  'sign-in': '/sso/:connection/acs',
  admin: '/idp-roles/v1/organizations',
  scim: '/scim/v2/:directory/Users',
};

/** A request's URL as SCIM sees it, nothing decoded. */
export interface ScimPath {
  readonly directory: string;
  /** What follows the directory, from its slash on, without the query. */
  readonly below: string;
}

/** Finds where the host's router really put our routes: a global prefix of the host comes before ours (L6). */
@Injectable()
export class MountedRoutes implements OnApplicationBootstrap {
  setUp = false;
  #acs: RegExp | undefined;
  #logout: RegExp | undefined;
  #admin: RegExp | undefined;
  #scim: RegExp | undefined;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly urls: SignInUrls,
    private readonly shape: { readonly prefix: string; readonly controllers: readonly IdpRolesRoutes[] },
  ) {
    this.#refuseOtherThanExpress();
  }

  onApplicationBootstrap(): void {
    const { httpAdapter } = this.adapterHost;
    const [landmark] = this.shape.controllers;
    if (landmark === undefined || !httpAdapter) return this.urls.mountAt(this.shape.prefix);
    this.#refuseOtherThanExpress();
    const mounted = this.#mountedPath(httpAdapter.getInstance<ExpressApp>(), LANDMARKS[landmark]);
    if (!this.setUp) {
      throw new MountError(
        'setup-missing',
        'call `setupIdpRoles(app)` after creating the app and before `app.listen()`',
      );
    }
    this.urls.mountAt(mounted);
    this.#refuseDoubledPath(mounted);
    this.#acs = new RegExp(`^${escape(mounted)}/sso/[^/?]+/acs/?(?:\\?|$)`, 'i');
    const logout = '(?:slo|backchannel-logout)';
    this.#logout = new RegExp(`^${escape(mounted)}/sso/[^/?]+/${logout}/?(?:\\?|$)`, 'i');
    this.#admin = new RegExp(`^${escape(mounted)}/idp-roles/v1(?:[/?]|$)`, 'i');
    this.#scim = new RegExp(`^${escape(mounted)}/scim/v2(?:/([^/?]*)([^?]*))?(?:\\?|$)`, 'i');
  }

  /** Whether a request's URL is one of our assertion consumer services. */
  isAcs(url: string): boolean {
    return this.#acs?.test(url) ?? false;
  }

  /** Whether a request's URL is where an IdP's logout arrives. */
  isLogout(url: string): boolean {
    return this.#logout?.test(url) ?? false;
  }

  /** Whether a request's URL belongs to the admin API. */
  isAdmin(url: string): boolean {
    return this.#admin?.test(url) ?? false;
  }

  /** Undefined where a request's URL is none of SCIM's. */
  scimPath(url: string): ScimPath | undefined {
    const found = this.shape.controllers.includes('scim') ? this.#scim?.exec(url) : undefined;
    return found ? { directory: found[1] ?? '', below: found[2] ?? '' } : undefined;
  }

  /** As early as the adapter is known: another router may stumble over our paths before anything else is said. */
  #refuseOtherThanExpress(): void {
    const { httpAdapter } = this.adapterHost;
    if (!httpAdapter || this.shape.controllers.length === 0 || httpAdapter.getType() === 'express') return;
    throw new MountError(
      'express-needed',
      'sign-in, sessions, the admin API and SCIM need Express; on Fastify the guards work with a principal provider, so mount `controllers: []` and provide one',
    );
  }

  #mountedPath(express: ExpressApp, landmark: string): string {
    const ending = this.shape.prefix + landmark;
    for (const { route } of express.router?.stack ?? []) {
      for (const path of [route?.path].flat()) {
        if (typeof path === 'string' && path.endsWith(ending)) return path.slice(0, -landmark.length);
      }
    }
    throw new MountError('routes-not-mounted', `the router has no route that ends in \`${ending}\``);
  }

  /** A proxy may well add a path; the same one twice is a `publicUrl` that names our routes and not the app's root. */
  #refuseDoubledPath(mounted: string): void {
    const { pathname } = new URL(this.urls.base);
    if (mounted === '' || pathname !== mounted + mounted) return;
    throw new MountError(
      'public-url-mismatch',
      `publicUrl already ends in \`${mounted}\`, where the app mounts our routes; give the address of the app's root`,
    );
  }
}

function escape(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
