import { sql } from 'kysely';
import type { Executor } from './executor.js';

type Counted = 'directory_users' | 'directory_groups';

/**
 * A directory's users or groups, without counting them: the sum of at most 64 rows. Kept in the transaction that adds or
 * removes one, each by its own slot: whoever adds does not wait for who else adds.
 */
export async function directoryCount(
  on: Executor,
  table: Counted,
  organization: string,
  directory: string,
): Promise<number> {
  const row = await on.db
    .selectFrom('directory_counts')
    .select((eb) => eb.fn.sum<number | null>('count').as('total'))
    .where('organization', '=', organization)
    .where('directory', '=', directory)
    .where('kind', '=', table)
    .executeTakeFirst();
  return Number(row?.total ?? 0);
}

export async function addToCount(
  on: Executor,
  table: Counted,
  organization: string,
  directory: string,
  by: 1 | -1,
): Promise<void> {
  await sql`
    insert into directory_counts (organization, directory, kind, slot, count)
    values (${organization}, ${directory}, ${table}, ${on.home.slot}, ${by})
    on conflict (organization, directory, kind, slot) do update set count = directory_counts.count + excluded.count`.execute(
    on.db,
  );
}
