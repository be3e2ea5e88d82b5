import type { UseCaseContext } from '@idp-roles/use-cases';

/** The one place from which controllers and services reach the use-cases: `assignRole(useCases.context, …)`. */
export class UseCases {
  constructor(readonly context: UseCaseContext) {}
}
