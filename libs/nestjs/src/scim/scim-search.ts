import { Injectable } from '@nestjs/common';
import { listResponse, parseGroupQuery, parseUserQuery, ScimError, type ParsedQuery } from '@idp-roles/scim';
import type { ScimAnswer } from './scim-answer.js';
import { searchIn, type ScimCall } from './scim-call.js';
import { ScimGroups } from './scim-groups.js';
import { ScimRefusal } from './scim-refusal.js';
import { ScimUsers } from './scim-users.js';

/** `/.search` of a directory: users, then groups (RFC 7644, section 3.4.3). */
@Injectable()
export class ScimSearch {
  constructor(
    private readonly users: ScimUsers,
    private readonly groups: ScimGroups,
  ) {}

  /** What a filter names that one of the two does not have matches none of it (RFC 7644, section 3.4.2.1). */
  async list(call: ScimCall): Promise<ScimAnswer> {
    const { directory } = call;
    const body = searchIn(call);
    const [ofUsers, ofGroups] = [read(parseUserQuery, body), read(parseGroupQuery, body)];
    if (ofUsers instanceof ScimError && ofGroups instanceof ScimError) throw ofUsers;
    const { query } = ofUsers instanceof ScimError ? (ofGroups as ParsedQuery<string>) : ofUsers;
    const { startIndex, count } = query;
    if (startIndex === undefined) {
      throw new ScimRefusal(400, 'here pages are by `startIndex`', { scimType: 'invalidCursor' });
    }
    const users = ofUsers instanceof ScimError ? NONE : await this.users.page(directory, ofUsers);
    // A page of users may end early: groups follow once all users are shown.
    const room = startIndex + users.data.length > totalOf(users) ? count - users.data.length : 0;
    const groups =
      ofGroups instanceof ScimError
        ? NONE
        : await this.groups.page(directory, {
            ...ofGroups,
            query: {
              ...ofGroups.query,
              startIndex: Math.max(1, startIndex - totalOf(users)),
              count: room,
            },
          });
    const page = { data: [...users.data, ...groups.data], total: totalOf(users) + totalOf(groups) };
    return { status: 200, body: listResponse(page, query, page.data) };
  }
}

const NONE = { data: [], total: 0 } as const;

/** Everything but a filter that this kind of resource cannot answer is thrown. */
function read<Query>(parse: (asked: unknown) => Query, body: unknown): Query | ScimError {
  try {
    return parse(body);
  } catch (error) {
    if (error instanceof ScimError && error.scimType === 'invalidFilter') return error;
    throw error;
  }
}

/** Asked for wherever pages are by index. */
function totalOf({ total = 0 }: { readonly total?: number }): number {
  return total;
}
