import type { Personality } from '../personality.js';
import type { Dialect } from './dialect.js';
import { entra } from './entra.js';
import { jumpcloud } from './jumpcloud.js';
import { okta } from './okta.js';
import { onelogin } from './onelogin.js';

/** Personalities that are no vendor's speak as Okta does. */
export function dialectOf(personality: Personality): Dialect {
  switch (personality) {
    case 'entra':
    case 'guids':
    case 'overage':
    case 'overage-hasgroups':
      return entra;
    case 'jumpcloud':
      return jumpcloud;
    case 'onelogin':
      return onelogin;
    default:
      return okta;
  }
}
