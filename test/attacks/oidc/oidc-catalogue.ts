import { answers, provided } from './answers.js';
import { addresses, discovery, isSlow, keys, tokenEndpoint, userInfoCases } from './endpoints.js';
import type { OidcCase } from './oidc-case.js';
import { algorithms, claimsCases, headers, required, signatures } from './tokens.js';

const all: readonly OidcCase[] = [
  ...provided,
  ...algorithms,
  ...signatures,
  ...headers,
  ...claimsCases,
  ...required,
  ...answers,
  ...keys,
  ...discovery,
  ...tokenEndpoint,
  ...addresses,
  ...userInfoCases,
];

/** Those that are waited for at the end, together. */
export const oidcCases: readonly OidcCase[] = [...all.filter((each) => !isSlow(each)), ...all.filter(isSlow)];
