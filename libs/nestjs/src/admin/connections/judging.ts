import type { Outbound } from '@idp-roles/outbound';
import type { SignInUrls } from '../../sign-in/sign-in-urls.js';

/** What settings are judged against. */
export interface Judging {
  readonly outbound: Outbound;
  readonly urls: SignInUrls;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
