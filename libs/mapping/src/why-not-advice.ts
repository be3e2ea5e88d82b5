import { matchOf } from './condition.js';
import type { WhyNot, WhyNotCode } from './evaluation.js';
import type { RoleMapping } from './role-mapping.js';

interface Facts {
  readonly mapping: RoleMapping;
  readonly claim: string;
  readonly value: string;
  readonly nearly: string | undefined;
  readonly marker: string;
  /** Whether the claim of the mapping came with any value. */
  readonly sent: boolean;
}

/** The sentence for an admin: what is the case, and what to do about it. */
export function adviceOn(
  { code, claim, nearly }: Pick<WhyNot, 'code' | 'claim' | 'nearly'>,
  mapping: RoleMapping,
  { marker, values }: { readonly marker: string; readonly values: readonly string[] },
): string {
  return advice[code]({
    mapping,
    claim: claim ?? mapping.claim,
    value: mapping.value ?? '',
    nearly,
    marker,
    sent: values.length > 0,
  });
}

const advice: Record<WhyNotCode, (facts: Facts) => string> = {
  disabled: () => 'The mapping is switched off. Enable it to let it count.',
  'other-source': () =>
    "The person's roles come from another source. Put the mapping on that source, or change the organization's role source.",
  'import-done': () =>
    'An import mapping counts only when the person is first created by this connection, and that is past. Assign the role by hand, or make the mapping `force`.',
  'not-signed-in-since': () =>
    'The mapping is newer than the last sign-in and would match. The person gets the role at the next sign-in.',
  'role-missing': () => 'The role of the mapping no longer exists. Choose another role.',
  'role-not-grantable': () =>
    'The role may not be given by an identity provider. Choose another role, or assign this one by hand.',
  'resource-missing': ({ mapping: { resource } }) =>
    resource === undefined
      ? 'The role is for a resource and the mapping names none that can be used. Choose an organization role, or assign it on the resource by API.'
      : `No resource \`${resource.type}\` \`${resource.id}\` can be reached by this mapping. Register the resource, correct the mapping, or turn on mappings to resources.`,
  'domain-unproven': ({ value }) =>
    `The organization has not proven the domain that \`${value}\` or a further condition names. Prove the domain first.`,
  'claim-incomplete': ({ claim, marker }) =>
    `The identity provider did not send \`${claim}\` whole${marker === '' ? '' : ` (\`${marker}\`)`}. Limit the groups it sends for this application, or let it send application roles.`,
  'claim-absent': ({ claim }) =>
    `The identity provider sent no claim \`${claim}\`. Check the spelling and add the claim to what it sends for this application.`,
  'email-unverified': () =>
    'The identity provider says that the e-mail address is not verified. Have the address verified there.',
  'case-mismatch': ({ value, nearly }) =>
    `\`${nearly}\` was sent and \`${value}\` is wanted: they differ in upper and lower case. Correct the value, or let the mapping ignore case.`,
  'whitespace-mismatch': ({ value, nearly }) =>
    `\`${nearly}\` was sent and \`${value}\` is wanted: they differ in white space. Correct the value here or at the identity provider.`,
  'path-mismatch': ({ value, nearly }) =>
    `\`${nearly}\` was sent and \`${value}\` is wanted: they differ in the leading slash of a group path. Write the value as it is sent, or turn off full group paths at the identity provider.`,
  'value-mismatch': mismatch,
  'condition-unmet': ({ claim }) =>
    `The value matched, but a further condition on \`${claim}\` did not. Check that condition, or remove it.`,
  outranked: () =>
    'The mapping matched, but this organization gives only the highest role and another one ranks above. Change the role selection to give all.',
};

function mismatch({ mapping, claim, value, nearly, sent }: Facts): string {
  const match = matchOf(mapping);
  if (!sent && match !== 'present')
    return `The claim \`${claim}\` came without a usable value, and \`${value}\` is wanted. Check the person's groups and fields at the identity provider.`;
  if (match === 'present')
    return `The claim \`${claim}\` was sent without a value. Have it filled at the identity provider.`;
  if (nearly !== undefined && match === 'email-domain') {
    return `\`${nearly}\` is at a domain below \`${value}\`, which counts as another one. Add a mapping for that domain.`;
  }
  if (nearly !== undefined) {
    return `\`${nearly}\` holds several values in one text. Let the mapping split it, or have the identity provider send a list.`;
  }
  return `None of the values sent in \`${claim}\` matches \`${value}\`. Check the value, or the person's groups and fields at the identity provider.`;
}
