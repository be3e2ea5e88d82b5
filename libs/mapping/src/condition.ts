import { addressPattern, type AddressPattern } from './address-pattern.js';
import { isEmailClaim } from './claim-reference.js';
import { isWellFormedText } from './claim-values.js';
import { emailDomain, foldDomain } from './domain.js';
import { captureSpelling, compileGlob, type Glob } from './glob.js';
import { foldCase } from './letter-case.js';
import type { Condition, Match } from './role-mapping.js';

/** A condition ready to be asked. `needle` is undefined where no value can ever meet it (a mapping that was not parsed). */
export interface CompiledCondition {
  readonly condition: Condition;
  readonly match: Match;
  /** Folded as `match` and `caseInsensitive` want it; for `email-domain` without the `@`; empty for `present`. */
  readonly needle: string | undefined;
  readonly anyCase: boolean;
  readonly glob?: Glob;
  /** M5: the domain it names, folded: the organization must have proven it. */
  readonly domain?: string;
  /** M5: only a value that is one well-formed address meets it. */
  readonly addressOnly: boolean;
  /** M5: an `email_verified` of false refuses it. So it does for every test of an e-mail claim: an unverified address proves nothing. */
  readonly needsVerifiedEmail: boolean;
}

const noCaptures: readonly string[] = [];

/** M1's default: `email-domain` where the claim is an e-mail claim and the value begins with `@`, else `exact`. */
export function matchOf({ match, claim, value }: Pick<Condition, 'match' | 'claim' | 'value'>): Match {
  return match ?? (value?.startsWith('@') === true && isEmailClaim(claim) ? 'email-domain' : 'exact');
}

export function compileCondition(condition: Condition): CompiledCondition {
  const match = matchOf(condition);
  const anyCase = condition.caseInsensitive === true && match !== 'email-domain' && match !== 'present';
  const ofEmail = isEmailClaim(condition.claim);
  const place = placeOf(condition, match, ofEmail);
  const needle = place === undefined ? undefined : needleOf(condition, match, anyCase);
  const domain = match === 'email-domain' ? needle : place?.domain;
  return {
    condition,
    match,
    needle,
    anyCase,
    ...(match === 'glob' && needle !== undefined && { glob: compileGlob(needle) }),
    ...(domain !== undefined && { domain }),
    addressOnly: ofEmail && match !== 'present',
    needsVerifiedEmail: match === 'email-domain' || ofEmail,
  };
}

function placeOf({ value = '' }: Condition, match: Match, ofEmail: boolean): AddressPattern | undefined {
  if (!ofEmail || match === 'email-domain' || match === 'present') return {};
  return addressPattern(match, value);
}

function needleOf({ value }: Condition, match: Match, anyCase: boolean): string | undefined {
  if (match === 'present') return '';
  if (value === undefined || value === '' || !isWellFormedText(value)) return undefined;
  if (match === 'email-domain') return value.startsWith('@') ? foldDomain(value.slice(1)) : undefined;
  return anyCase ? foldCase(value) : value;
}

/** What the `*` of a glob stood for (nothing for other matches), or `undefined` where the value does not meet the condition. */
export function captured(compiled: CompiledCondition, value: string): readonly string[] | undefined {
  const { match, needle, anyCase } = compiled;
  if (needle === undefined) return undefined;
  if (match === 'email-domain') return emailDomain(value) === needle ? noCaptures : undefined;
  if (compiled.addressOnly && emailDomain(value) === undefined) return undefined;
  const text = anyCase ? foldCase(value) : value;
  if (compiled.glob !== undefined) return captureSpelling(compiled.glob, text, value);
  if (match === 'present') return noCaptures;
  return (match === 'prefix' ? text.startsWith(needle) : text === needle) ? noCaptures : undefined;
}

/** The value a `present` mapping gives as its evidence: the one that sorts first, whatever the order they came in. */
export function firstValue(values: readonly string[]): string {
  let first = values[0] ?? '';
  for (const value of values) if (value < first) first = value;
  return first;
}
