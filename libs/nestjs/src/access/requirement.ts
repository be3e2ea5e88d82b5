import type { Binding } from './binding.js';

/** One way to be let in: a role or a permission, asked on the organization, or on the resource that `binding` finds. */
export interface Alternative {
  readonly role?: string;
  readonly permission?: string;
  /** `organization` or a resource type. */
  readonly on: string;
  /** Absent exactly where `on` is the organization. */
  readonly binding?: Binding;
}

/** One decorator: any of its alternatives will do. Requirements on class and method must all be met (A4). */
export interface Requirement {
  readonly anyOf: readonly Alternative[];
}

/** For messages: `role \`org-admin\`` or `permission \`project:edit\` on a project`. */
export function describeAlternative({ role, permission, on }: Alternative): string {
  const wanted = role === undefined ? `permission \`${permission}\`` : `role \`${role}\``;
  return on === 'organization' ? wanted : `${wanted} on a ${on}`;
}

/** The same, with where the id is found: `permission \`project:edit\` on a project, by param \`projectId\``. */
export function describeRequirement({ anyOf }: Requirement): string {
  return anyOf
    .map((alternative) => {
      const [source] = Object.entries(alternative.binding ?? {}).filter(([, found]) => found !== undefined);
      if (source === undefined) return describeAlternative(alternative);
      const [kind, found] = source as [string, unknown];
      const where = typeof found === 'string' ? `${kind} \`${found}\`` : 'code of the route';
      return `${describeAlternative(alternative)}, by ${where}`;
    })
    .join('; or ');
}
