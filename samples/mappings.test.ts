import { readdirSync, readFileSync } from 'node:fs';
import {
  claimsOf,
  evaluate,
  MappingIndex,
  parseRoleMapping,
  type EvaluationContext,
  type RoleMapping,
} from '@idp-roles/mapping';
import { describe, expect, it } from 'vitest';

interface MappingSet {
  readonly mappings: readonly object[];
  readonly tries: readonly {
    readonly claims: object;
    /** Whether the person was a member before. */
    readonly member?: boolean;
    readonly roles: readonly string[];
    readonly incomplete?: boolean;
  }[];
}

const folder = new URL('mappings/', import.meta.url);
const files = readdirSync(folder);
const roles = new Map(
  ['org-admin', 'org-member', 'org-billing', 'org-guest'].map((slug) => [
    slug,
    { id: slug, slug, on: 'organization', idpGrantable: true, rank: 0 },
  ]),
);
const facts = {
  roles,
  provenDomains: new Set(['acme.test']),
  anyDomain: false,
  allowResourceMappings: false,
};

function context(member: boolean): EvaluationContext {
  return {
    ...facts,
    source: { connection: 'con_…' },
    defaultSyncMode: 'force',
    absentClaim: 'revoke',
    importRuns: !member,
    takenOver: false,
    roleSelection: 'all',
  };
}

describe.each(files)('M1: the mapping set %s', (file) => {
  const set = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as MappingSet;
  const parsed = set.mappings.map((mapping, at) => parseRoleMapping(mapping, { id: `mapping-${at}`, facts }));

  it('is well formed', () => {
    expect(parsed.flatMap((result) => (result.ok ? [] : result.problems))).toEqual([]);
  });

  it.each(set.tries)(
    '$claims gives $roles',
    ({ claims, member = false, incomplete = false, ...expected }) => {
      const mappings = parsed.flatMap((result): RoleMapping[] => (result.ok ? [result.mapping] : []));
      const evaluation = evaluate(new MappingIndex(mappings), claimsOf(claims), context(member));
      expect(evaluation.grants.map(({ role }) => role)).toEqual(expected.roles);
      expect(evaluation.incomplete).toBe(incomplete);
    },
  );
});

it('the index names every mapping set and every sample', () => {
  const index = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const samples = readdirSync(new URL('.', import.meta.url)).filter((name) =>
    /^existing-.*(?<!\.test)\.ts$/.test(name),
  );
  for (const name of [...samples, ...files.map((file) => `mappings/${file}`)])
    expect(index).toContain(`](${name})`);
});
