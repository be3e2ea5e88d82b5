import { etagOf, versionsIn } from '@idp-roles/scim';

/** Whether whoever asks has it already (RFC 9110, section 13.1.2). */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  const versions = versionsIn(ifNoneMatch);
  return versions === undefined || versions.includes(version);
}

export function etagHeader(version: number): { readonly etag: string } {
  return { etag: etagOf(version) };
}
