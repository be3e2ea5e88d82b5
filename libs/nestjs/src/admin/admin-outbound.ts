/** Provides the `Outbound` by which metadata is fetched from addresses that admins enter. */
export const ADMIN_OUTBOUND = Symbol.for('@idp-roles/nestjs:admin-outbound');
