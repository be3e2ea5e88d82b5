import { createOutbound, type Outbound } from '@idp-roles/outbound';
import { openEphemeralStore, openStore, type EphemeralStore, type Store } from '@idp-roles/store';
import type { Closing } from './closing.js';
import { isHttps, type IdpRolesOptions } from './options.js';

export const STORE = Symbol.for('@idp-roles/nestjs:store');
export const EPHEMERAL = Symbol.for('@idp-roles/nestjs:ephemeral');
export const OUTBOUND = Symbol.for('@idp-roles/nestjs:outbound');

/** The store of the options, opened by us or passed in by the host. */
export async function openedStore(options: IdpRolesOptions, closing: Closing): Promise<Store> {
  const { store } = options;
  if ('transaction' in store) return store;
  const { migrations, ...location } = store;
  const opened = await openStore(location, {
    secretKeys: secretsOf(options),
    migrations,
    clock: options.clock,
  });
  closing.add(() => opened.close());
  return opened;
}

export async function openedEphemeral(options: IdpRolesOptions, closing: Closing): Promise<EphemeralStore> {
  const { ephemeral } = options;
  if (ephemeral && 'get' in ephemeral) return ephemeral;
  const opened = await openEphemeralStore({ redis: ephemeral?.redisUrl });
  closing.add(() => opened.close());
  return opened;
}

export function openedOutbound(options: IdpRolesOptions, closing: Closing): Outbound {
  // Where the app itself is reached over loopback http, so may an IdP beside it: that is refused in production.
  const opened = createOutbound({ allowLoopbackHttp: !isHttps(options), ...options.outbound });
  closing.add(() => opened.close());
  return opened;
}

export function secretsOf({ secret }: IdpRolesOptions): readonly string[] {
  return typeof secret === 'string' ? [secret] : secret;
}
