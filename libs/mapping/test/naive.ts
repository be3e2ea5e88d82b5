import {
  readClaim,
  type Claims,
  type Condition,
  type EvaluationContext,
  type RoleMapping,
} from '../src/index.js';

/** M1–M8 by looping over everything, to compare the index with. Aliases, paths and values are not its subject. */
export function naive(
  mappings: readonly RoleMapping[],
  claims: Claims,
  context: EvaluationContext,
): string[] {
  const rows = new Set<string>();
  for (const mapping of mappings) {
    const basis = mapping.syncMode ?? context.defaultSyncMode;
    const role = context.roles.get(mapping.role);
    if (
      mapping.enabled === false ||
      role?.idpGrantable !== true ||
      (basis === 'import' && !context.importRuns)
    )
      continue;
    if (mapping.also?.some((also) => valuesThatMeet(also, claims).length === 0)) continue;
    for (const value of valuesThatMeet(mapping, claims))
      rows.add([mapping.role, basis, mapping.id, value].join(' '));
  }
  return [...rows].toSorted();
}

function valuesThatMeet(
  { claim, value = '', match, caseInsensitive, split }: Condition,
  claims: Claims,
): string[] {
  const email = claim === 'email' && value.startsWith('@') && match === undefined;
  if (claim === 'email' && claims.byName.get('email_verified')?.value === false) return [];
  let values = readClaim(claims, claim).values;
  if (split !== undefined)
    values = [...new Set(values.flatMap((text) => text.split(split)))].filter((text) => text !== '');
  if (match === 'present') return values.toSorted().slice(0, 1);
  if (claim === 'email' && !email) values = values.filter((text) => /^[^@]+@[^@]+$/.test(text));
  if (claim === 'email' && !email && namesHalfADomain(match, value)) return [];
  return values.filter((sent) => {
    const [text, wanted] =
      caseInsensitive === true ? [sent.toLowerCase(), value.toLowerCase()] : [sent, value];
    if (email)
      return (
        sent.split('@').length === 2 &&
        !sent.startsWith('@') &&
        sent.toLowerCase().endsWith(value.toLowerCase())
      );
    if (match === 'prefix') return text.startsWith(wanted);
    if (match === 'glob') return new RegExp(`^${wanted.replaceAll('*', '.*')}$`).test(text);
    return text === wanted;
  });
}

function namesHalfADomain(match: Condition['match'], value: string): boolean {
  const [local = '', domain] = value.split('@');
  if (match === 'prefix') return domain !== undefined;
  if (domain === undefined) return match !== 'glob' || !local.endsWith('*');
  return local === '' || domain === '' || domain.includes('*');
}
