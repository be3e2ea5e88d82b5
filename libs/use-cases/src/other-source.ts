import { sourceKey, type RoleMapping } from '@idp-roles/mapping';
import type { DirectoryUser } from '@idp-roles/store';
import type { ExplainedWhyNot } from './explanation.js';
import { connectionIn, directoryIn, type RuleFacts } from './rules.js';
import { isTakenOver } from './take-over.js';

/** S6, M10: where somebody else gives this person's roles, whatever the mapping's source says of them; `undefined` where nobody does. */
export function otherSource(
  rules: RuleFacts,
  users: readonly DirectoryUser[],
  mapping: RoleMapping,
): ExplainedWhyNot | undefined {
  const { id, source, claim, enabled } = mapping;
  const message = enabled === false ? undefined : sentence(rules, users, mapping);
  if (message === undefined) return undefined;
  return { mapping: id, source: sourceKey(source), code: 'other-source', message, claim };
}

function sentence(
  rules: RuleFacts,
  users: readonly DirectoryUser[],
  { source, syncMode }: RoleMapping,
): string | undefined {
  if ('directory' in source) {
    if (rules.organization.roleSource !== 'sso') return undefined;
    const name = directoryIn(rules, source.directory)?.name ?? source.directory;
    return `the organization takes roles from sign-ins alone, so directory \`${name}\` gives none; set \`roleSource\` to \`directory\` or \`both\``;
  }
  const connection = connectionIn(rules, source.connection);
  if ((syncMode ?? connection?.defaultSyncMode) === 'import') return undefined;
  const directory = rules.directories.find((one) =>
    isTakenOver({ ...rules, directories: [one] }, source.connection, users),
  );
  if (directory === undefined) return undefined;
  return `directory \`${directory.name}\` gives this member's roles, in the place of connection \`${connection?.name ?? source.connection}\`; map the person's groups there, or set \`roleSource\` to \`both\``;
}
