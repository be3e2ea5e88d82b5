import type { StoreErrorCode } from '@idp-roles/store';
import type { UseCaseErrorKind } from '@idp-roles/use-cases';

export const STATUS_OF_KIND: Readonly<Record<UseCaseErrorKind, number>> = {
  'not-found': 404,
  forbidden: 403,
  conflict: 409,
  invalid: 422,
};

/** 500: a defect or a matter of the operator; nothing of it is shown. */
export const STATUS_OF_STORE: Readonly<Record<StoreErrorCode, number>> = {
  'cursor-invalid': 400,
  'store-unavailable': 503,
  'store-closed': 503,
  'store-misused': 500,
  'secret-unreadable': 500,
  'secret-key-missing': 500,
  'migration-needed': 503,
  'migration-newer': 503,
  'domain-taken': 409,
  'slug-taken': 409,
  'email-taken': 409,
  'user-name-taken': 409,
  'identity-taken': 409,
  'grant-exists': 409,
  'resource-parent-missing': 422,
  'resource-cycle': 422,
};
