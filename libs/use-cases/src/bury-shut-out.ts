import type { Directory } from '@idp-roles/store';
import type { Work } from './work.js';

const BATCH = 500;

/**
 * S8: of a directory about to be deleted, the users who are shut out, by whomever, are deleted first: their tombstones are what a sign-in
 * is refused by that nothing else tells from a newcomer's. All others are SSO's again.
 */
export async function buryShutOut({ tx, organization, at }: Work, { id }: Directory): Promise<void> {
  let after: string | undefined;
  do {
    const users = await tx.directoryUsers.after(organization, id, after, BATCH);
    const members = await tx.members.byIds(organization, [...new Set(users.map(({ member }) => member))]);
    const out = new Set(
      members
        .filter(({ status }) => status === 'suspended' || status === 'deprovisioned')
        .map((one) => one.id),
    );
    for (const user of users) if (out.has(user.member)) await tx.directoryUsers.delete(user, at);
    after = users.at(-1)?.id;
  } while (after !== undefined);
}
