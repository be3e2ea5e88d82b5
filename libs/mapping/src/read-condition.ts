import { addressPattern } from './address-pattern.js';
import { isEmailClaim } from './claim-reference.js';
import { matchOf } from './condition.js';
import { foldDomain } from './domain.js';
import { roleMappingLimits } from './limits.js';
import type { MappingReader } from './mapping-reader.js';
import type { Condition, Match } from './role-mapping.js';

const matches: ReadonlySet<unknown> = new Set<Match>(['exact', 'email-domain', 'prefix', 'glob', 'present']);
const { text: longestValue, pattern: longestPattern, stars: mostStars } = roleMappingLimits;

/** M1, M5, M6: one condition; `prefix` is put before the paths of its problems. */
export function readCondition(
  reader: MappingReader,
  record: Record<string, unknown>,
  prefix: string,
): Condition {
  const match = readMatch(reader, record['match'], `${prefix}match`);
  const split = readSplit(reader, record['split'], `${prefix}split`);
  const caseInsensitive = reader.flag(record['caseInsensitive'], `${prefix}caseInsensitive`);
  const claim = reader.text(record['claim'], `${prefix}claim`, longestValue);
  const condition: Condition = {
    claim: claim ?? '',
    ...(match !== undefined && { match }),
    ...(caseInsensitive !== undefined && { caseInsensitive }),
    ...(split !== undefined && { split }),
  };
  if (match === 'present') {
    if (record['value'] !== undefined) {
      reader.add(
        `${prefix}value`,
        'value-forbidden',
        'match `present` asks only whether there is a value; leave `value` out',
      );
    }
    return condition;
  }
  const value = reader.text(record['value'], `${prefix}value`, longestValue);
  if (value === undefined) return condition;
  checkValue(reader, { ...condition, value }, `${prefix}value`);
  return { ...condition, value };
}

function readMatch(reader: MappingReader, value: unknown, path: string): Match | undefined {
  if (value === undefined) return undefined;
  if (matches.has(value)) return value as Match;
  return reader.add(
    path,
    'match-unknown',
    `\`match\` is one of ${[...matches].join(', ')}; regular expressions are not offered, a \`glob\` with \`*\` does most of their work`,
  );
}

function readSplit(reader: MappingReader, value: unknown, path: string): ',' | ';' | undefined {
  if (value === undefined || value === ',' || value === ';') return value;
  return reader.add(path, 'split-unknown', '`split` is `,` or `;`');
}

function checkValue(reader: MappingReader, condition: Condition & { value: string }, path: string): void {
  const { value } = condition;
  const match = matchOf(condition);
  if (match === 'email-domain' && (!value.startsWith('@') || foldDomain(value.slice(1)) === undefined)) {
    reader.add(path, 'domain-invalid', `\`${value}\` is no e-mail domain; write it like \`@example.com\``);
  }
  if (match === 'email-domain' || match === 'present') return;
  if (isEmailClaim(condition.claim) && addressPattern(match, value) === undefined) {
    const message = `\`${value}\` fits addresses of domains that it does not name; write the whole domain after one \`@\`, or none`;
    reader.add(path, 'domain-invalid', message);
  }
  if (match === 'exact') return;
  if (value.length > longestPattern) {
    reader.add(path, 'too-long', `a ${match} has at most ${longestPattern} characters`);
  }
  if (match === 'glob' && value.split('*').length - 1 > mostStars) {
    reader.add(path, 'too-many', `a glob has at most ${mostStars} \`*\``);
  }
}
