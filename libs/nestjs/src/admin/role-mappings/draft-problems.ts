import { UseCaseError } from '@idp-roles/use-cases';

/** What is wrong with a draft, with paths as in the preview's body; any other error as it is. */
export function inDraft(error: unknown): unknown {
  if (!(error instanceof UseCaseError) || error.kind !== 'invalid' || !error.problems) return error;
  const problems = error.problems.map((problem) => ({ ...problem, path: below(problem.path) }));
  return new UseCaseError(error.code, error.message, { problems, cause: error });
}

function below(path: string): string {
  if (path === '') return 'draft';
  return path.startsWith('draft.') ? path : `draft.${path}`;
}
