import { readdirSync, readFileSync } from 'node:fs';
import {
  claimsOf,
  claimsOfAttributes,
  type Claims,
  type EvaluationContext,
  type RoleMapping,
  type SamlAttribute,
  type SyncMode,
  type TargetRole,
  type WhyNotCode,
} from '@idp-roles/mapping';
import { parse } from 'yaml';

/** What a scenario file says; `README.md` beside it explains the fields. Roles are slugs, which are their own ids here. */
interface Written {
  readonly name: string;
  readonly rules: readonly string[];
  readonly directory?: boolean;
  readonly mappings: readonly (Omit<RoleMapping, 'source'> & { readonly source?: RoleMapping['source'] })[];
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly attributes?: readonly SamlAttribute[];
  readonly partial?: string;
  readonly given?: Given;
  readonly roles: readonly ExpectedRole[];
  readonly whyNot?: Readonly<
    Record<string, WhyNotCode | { readonly code: WhyNotCode; readonly nearly?: string }>
  >;
  readonly warnings?: readonly string[];
  readonly undecided?: readonly string[];
  readonly incomplete?: boolean;
}

type Given = Partial<
  Pick<
    EvaluationContext,
    'absentClaim' | 'defaultSyncMode' | 'importRuns' | 'takenOver' | 'roleSelection' | 'anyDomain'
  >
> & {
  readonly claimsSeen?: readonly string[];
  readonly newerMappings?: readonly string[];
  readonly resources?: readonly string[];
};

export interface ExpectedRole {
  readonly role: string;
  readonly basis: SyncMode;
  readonly resource?: { readonly type: string; readonly id: string };
  /** `mapping: value`, for each row of evidence. */
  readonly because: readonly Readonly<Record<string, string>>[];
  /** How the claim was found, where that matters. */
  readonly via?: string;
}

/** One case for every door: the engine, a sign-in, SCIM, HTTP. */
export interface Scenario extends Omit<
  Written,
  'mappings' | 'whyNot' | 'warnings' | 'undecided' | 'incomplete'
> {
  readonly file: string;
  readonly mappings: readonly RoleMapping[];
  readonly claimsGiven: Claims;
  readonly context: EvaluationContext;
  readonly whyNot: ReadonlyMap<string, { readonly code: WhyNotCode; readonly nearly?: string }>;
  readonly warnings: readonly string[];
  readonly undecided: readonly string[];
  readonly incomplete: boolean;
}

/** The organization of every scenario: these roles in this order, `acme.test` proven. */
export const scenarioRoles: readonly TargetRole[] = [
  { id: 'org-owner', slug: 'org-owner', on: 'organization', idpGrantable: false, rank: 0 },
  { id: 'org-admin', slug: 'org-admin', on: 'organization', idpGrantable: true, rank: 1 },
  { id: 'org-member', slug: 'org-member', on: 'organization', idpGrantable: true, rank: 2 },
  { id: 'org-billing', slug: 'org-billing', on: 'organization', idpGrantable: true, rank: 3 },
  { id: 'org-guest', slug: 'org-guest', on: 'organization', idpGrantable: true, rank: 4 },
  { id: 'workspace-admin', slug: 'workspace-admin', on: 'workspace', idpGrantable: true, rank: 5 },
];

export const scenarioSource = { connection: 'acme-sso' };
const scenarioDirectory = { directory: 'acme-directory' };

export function scenarios(): readonly Scenario[] {
  const folder = new URL('./', import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) => {
      const written = parse(readFileSync(new URL(file, folder), 'utf8')) as readonly Written[];
      return written.map((one) => scenario(file, one));
    });
}

function scenario(file: string, written: Written): Scenario {
  const source = written.directory === true ? scenarioDirectory : scenarioSource;
  const options = written.partial === undefined ? {} : { partial: written.partial };
  const { whyNot = {}, warnings = [], undecided = [], incomplete = false, mappings, ...rest } = written;
  return {
    ...rest,
    file,
    mappings: mappings.map((mapping) => ({ source, ...mapping })),
    claimsGiven:
      written.attributes === undefined
        ? claimsOf(written.claims ?? {}, options)
        : claimsOfAttributes(written.attributes, options),
    context: contextOf(source, written.given ?? {}),
    whyNot: new Map(
      Object.entries(whyNot).map(([id, why]) => [id, typeof why === 'string' ? { code: why } : why]),
    ),
    warnings,
    undecided,
    incomplete,
  };
}

function contextOf(
  source: RoleMapping['source'],
  { claimsSeen, newerMappings, resources, ...given }: Given,
): EvaluationContext {
  return {
    source,
    defaultSyncMode: 'force',
    absentClaim: 'revoke',
    roles: new Map(scenarioRoles.map((role) => [role.id, role])),
    provenDomains: new Set(['acme.test']),
    anyDomain: false,
    importRuns: false,
    takenOver: false,
    roleSelection: 'all',
    ...given,
    ...(claimsSeen && { claimsSeen: new Set(claimsSeen) }),
    ...(newerMappings && { newerMappings: new Set(newerMappings) }),
    ...(resources && { resources: new Set(resources) }),
  };
}
