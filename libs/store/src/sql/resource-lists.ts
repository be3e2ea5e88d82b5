import { sql } from 'kysely';
import type { ReachedResource, ReachedResourcesRequest } from '../ports/access.js';
import type { Page } from '../ports/page.js';
import { StoreError } from '../ports/store.js';
import { present } from './column.js';
import { cursorOf, isKey, pageOf, rowsFor } from './cursor.js';
import type { Executor } from './executor.js';
import { GrantedRoots } from './granted-roots.js';
import { ResourceWalk, type WalkedRow } from './resource-walk.js';
import { standsRight } from './stands-right.js';

/** Of the page: all of the type, or what a walk below the member's grants found. */
type Mode = 'all' | 'below';

/**
 * The resources of one type that a member reaches. Everything of the type comes by id; otherwise the walk goes through the
 * topmost resources on which the member holds enough, and through what stands below each.
 */
export async function reachedResources(
  on: Executor,
  organization: string,
  request: ReachedResourcesRequest,
): Promise<Page<ReachedResource>> {
  const type = request.types[0] ?? '';
  const mode: Mode = request.everything ? 'all' : 'below';
  const name = `${mode}:${type}`;
  const at = placeOf(request, name);
  const rows =
    mode === 'all' ? await all(on, organization, request, at) : await below(on, organization, request, at);
  return pageOf(
    rows,
    request,
    (row) => present({ type, id: row.id, name: row.name }),
    (row) => [name, JSON.stringify(row.at)],
  );
}

interface FoundRow {
  readonly id: string;
  readonly name: string | null;
  readonly at: readonly (string | number)[];
}

/** Where the page before ended. */
function placeOf(request: ReachedResourcesRequest, name: string): readonly unknown[] {
  const [given, place] = cursorOf(request, 'string') ?? [name, '[]'];
  if (given !== name) throw otherList();
  try {
    const at: unknown = JSON.parse(place);
    if (Array.isArray(at) && at.every((one) => isKey(one, 'string') || isKey(one, 'number'))) return at;
  } catch {
    // Told below.
  }
  throw otherList();
}

function otherList(): StoreError {
  return new StoreError(
    'cursor-invalid',
    'that page was of another list, or what the member holds on the organization has changed; start again without `after`',
  );
}

async function all(
  on: Executor,
  organization: string,
  request: ReachedResourcesRequest,
  [after = '']: readonly unknown[],
): Promise<readonly FoundRow[]> {
  const [type = ''] = request.types;
  if (typeof after !== 'string') throw otherList();
  const { rows } = await sql<{ id: string; name: string | null }>`
    select r.id, r.name from resources r
    where r.organization = ${organization} and r.type = ${type} and r.id > ${after}
      and ${standsRight(organization, request.types, sql`r.id`)}
    order by r.id limit ${sql.lit(rowsFor(request))}`.execute(on.db);
  return rows.map((row) => ({ ...row, at: [row.id] }));
}

async function below(
  on: Executor,
  organization: string,
  request: ReachedResourcesRequest,
  at: readonly unknown[],
): Promise<readonly FoundRow[]> {
  const types = request.types.toReversed();
  const roots = new GrantedRoots(on.home, organization, types, request);
  const walk = new ResourceWalk(on.home, { organization, types, roots });
  const rows = await walk.rows(on, at, rowsFor(request));
  if (rows === undefined) throw otherList();
  return rows.map((row: WalkedRow) => ({ id: row.id, name: row.name, at: row.at }));
}
