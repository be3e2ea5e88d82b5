import { sql } from 'kysely';
import { namesOf } from '../directory-keys.js';
import type { Executor } from '../executor.js';
import { ofDirectory } from '../of-directory.js';
import { runShaped } from '../shaped.js';
import type { Tables } from '../tables.js';

type EmailRow = Tables['directory_user_emails'];

interface Inserted {
  readonly added: number;
  readonly awaited: boolean;
}

/** P11: one statement, whatever its parts. They see the tables as they were before it. */
export async function insertDirectoryUser(
  on: Pick<Executor, 'db' | 'home'>,
  user: Tables['directory_users'],
  emails: readonly EmailRow[],
): Promise<{ readonly taken: boolean; readonly awaited: boolean }> {
  const { organization, directory, id } = user;
  const columns = Object.keys(user);
  const column = (name: keyof EmailRow) => emails.map((email) => email[name]);
  const names = namesOf(user);
  const [positions, values, types] = [column('position'), column('value_key'), column('type_key')];
  const place = [organization, directory];
  const addressed = [id, positions, values, types];
  const parameters = [...Object.values(user), ...place, ...place, ...addressed, ...place, names];

  const { rows } = await runShaped(on, 'insert directory user', parameters, () =>
    sql<Inserted>`
    with added as (
      insert into directory_users (${sql.join(columns.map((name) => sql.ref(name)))})
      values (${sql.join(Object.values(user))})
      on conflict (organization, user_name_key, directory) do nothing
      returning 1
    ), counted as (
      insert into directory_counts as counts (organization, directory, kind, slot, count)
      select ${organization}, ${directory}, 'directory_users', pg_backend_pid() % 64, 1 from added
      on conflict (organization, directory, kind, slot) do update set count = counts.count + 1
    ), addressed as (
      insert into directory_user_emails (organization, directory, user_id, position, value_key, type_key)
      select ${organization}, ${directory}, ${id}, emails.*
      from added, unnest(
        ${positions}::bigint[], ${values}::text[], ${types}::text[]
      ) as emails
    )
    select (select count(*) from added) as added, exists (
      select from directory_group_members
      where organization = ${organization} and ${ofDirectory(directory)}
        and name_key = any(${names}::text[])) as awaited`.compile(on.db),
  );
  return { taken: rows[0]?.added !== 1, awaited: rows[0]?.awaited === true };
}
