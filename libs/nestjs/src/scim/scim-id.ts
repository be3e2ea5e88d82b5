import { organizationOf, type Directory } from '@idp-roles/store';
import { ScimRefusal } from './scim-refusal.js';

/** Answers the id where it can be one of the directory's organization; throws the 404 where nobody need be asked. */
export function idIn(directory: Directory, id: string): string {
  if (organizationOf(id) === directory.organization) return id;
  throw noResource(id);
}

/** One answer for what never was, what was deleted, and what is another directory's. */
export function noResource(id: string): ScimRefusal {
  return new ScimRefusal(404, `there is no resource \`${id}\` here`);
}

/** How the use-cases name the directory. */
export function scimKeys({ organization, id }: Directory) {
  return { organization, directory: id };
}
