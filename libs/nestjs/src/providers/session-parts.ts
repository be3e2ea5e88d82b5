import type { Provider } from '@nestjs/common';
import type { EphemeralStore, Store } from '@idp-roles/store';
import { Closing } from '../closing.js';
import { LiveAccess } from '../live/live-access.js';
import { EPHEMERAL, secretsOf, STORE } from '../opened.js';
import {
  IDP_ROLES_OPTIONS,
  IDP_ROLES_SHAPE,
  isHttps,
  type IdpRolesOptions,
  type IdpRolesShape,
} from '../options.js';
import { CurrentMember } from '../sessions/current-member.js';
import { Sessions } from '../sessions/sessions.js';
import { SignInUrls } from '../sign-in/sign-in-urls.js';
import { UseCases } from '../use-cases.js';

const HOUR = 3_600_000;

/** Who is signed in, and what they hold now. */
export const sessionParts: Provider[] = [
  {
    provide: LiveAccess,
    inject: [IDP_ROLES_SHAPE, STORE, Closing],
    useFactory: ({ access }: IdpRolesShape, store: Store, closing: Closing) => {
      const live = new LiveAccess(access, store);
      closing.add(() => live.close());
      return live;
    },
  },
  {
    provide: SignInUrls,
    inject: [IDP_ROLES_OPTIONS],
    useFactory: ({ publicUrl }: IdpRolesOptions) => new SignInUrls(publicUrl),
  },
  {
    provide: Sessions,
    inject: [EPHEMERAL, IDP_ROLES_OPTIONS],
    useFactory: (ephemeral: EphemeralStore, options: IdpRolesOptions) =>
      new Sessions(ephemeral, {
        secrets: secretsOf(options),
        secure: isHttps(options),
        idleMs: options.session?.idleMs ?? 8 * HOUR,
        absoluteMs: options.session?.absoluteMs ?? 24 * HOUR,
        clock: options.clock ?? Date.now,
      }),
  },
  {
    provide: CurrentMember,
    inject: [Sessions, LiveAccess, UseCases],
    useFactory: (sessions: Sessions, live: LiveAccess, useCases: UseCases) =>
      new CurrentMember(sessions, live, useCases),
  },
];
