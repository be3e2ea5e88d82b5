export type DefinitionProblemCode =
  | 'definition-malformed'
  | 'roles-empty'
  | 'slug-invalid'
  | 'slug-reserved'
  | 'type-reserved'
  | 'parent-unknown'
  | 'parent-cycle'
  | 'role-on-unknown'
  | 'permissions-empty'
  | 'permission-invalid'
  | 'permission-unknown';

/** One contradiction. `path` leads to it inside the definition, joined by dots: `roles.org-admin.permissions.2`. */
export interface DefinitionProblem {
  readonly code: DefinitionProblemCode;
  readonly path: string;
  readonly message: string;
}

/** Thrown by `defineAccess`, with every problem at once. */
export class AccessDefinitionError extends Error {
  readonly code = 'access-definition-invalid';

  constructor(readonly problems: readonly DefinitionProblem[]) {
    super(
      `access model contradicts itself in ${problems.length} place${problems.length === 1 ? '' : 's'}:\n` +
        problems.map(({ path, message }) => `- ${path || '(root)'}: ${message}`).join('\n'),
    );
    this.name = 'AccessDefinitionError';
  }
}
