import type { EvaluationWarning } from './evaluation.js';
import type { RoleMapping } from './role-mapping.js';

export type MappingProblem = 'role-missing' | 'role-not-grantable' | 'resource-missing' | 'domain-unproven';
type ClaimProblem = 'claim-incomplete' | 'claim-never-seen' | 'value-dropped';

/** Role and resource ids are not for people: the mapping's id says where to look. */
export function mappingWarning(code: MappingProblem, mapping: RoleMapping): EvaluationWarning {
  return { code, message: ofMapping[code](mapping), mapping: mapping.id, claim: mapping.claim };
}

export function claimWarning(code: ClaimProblem, claim: string, marker = ''): EvaluationWarning {
  return { code, message: ofClaim[code](claim, marker), claim };
}

const ofMapping: Record<MappingProblem, (mapping: RoleMapping) => string> = {
  'role-missing': ({ id }) =>
    `mapping \`${id}\` matched, but its role no longer exists; give it another role or delete it`,
  'role-not-grantable': ({ id }) =>
    `mapping \`${id}\` matched, but an identity provider may not give its role; give it another role or delete it`,
  'resource-missing': ({ id }) =>
    `mapping \`${id}\` matched, but the resource it leads to does not exist here; register the resource or correct the mapping`,
  'domain-unproven': ({ id, value }) =>
    `mapping \`${id}\` matched, but the domain \`${value ?? ''}\` is not proven for this organization; prove it first`,
};

const ofClaim: Record<ClaimProblem, (claim: string, marker: string) => string> = {
  'claim-incomplete': (claim, marker) =>
    `the identity provider did not send claim \`${claim}\` whole (\`${marker}\`); what it gave before is kept`,
  'claim-never-seen': (claim) =>
    `this connection has never sent claim \`${claim}\`; check its spelling or let the identity provider send it`,
  'value-dropped': (claim) =>
    `a value of claim \`${claim}\` holds a NUL or half a character and was dropped; correct it at the identity provider`,
};
