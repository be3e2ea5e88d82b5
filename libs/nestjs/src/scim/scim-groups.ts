import { Injectable } from '@nestjs/common';
import {
  listResponse,
  locationOf,
  parseGroupQuery,
  patchGroup,
  presentGroup,
  projectionOf,
  readGroup,
  replaceGroup,
  wantsMembers,
  versionsIn,
  type ParsedQuery,
  type Projection,
} from '@idp-roles/scim';
import type { Directory, DirectoryPage, DirectoryGroup, GroupAttribute } from '@idp-roles/store';
import { changeGroup, createGroup, deleteGroup, type GroupChange } from '@idp-roles/use-cases';
import { UseCases } from '../use-cases.js';
import { DirectoryUrls } from './directory-urls.js';
import { etagHeader, isKnown } from './preconditions.js';
import type { ScimAnswer } from './scim-answer.js';
import type { ScimCall } from './scim-call.js';
import { idIn, noResource, scimKeys } from './scim-id.js';
import { WideSearches } from './wide-searches.js';

/** Members that one list shows, unless a single group has more: a page ends early, and the next one begins there (RFC 7644, section 3.4.2.4). */
const MEMBERS = 20_000;
/** Groups whose members are counted at a time. */
const COUNTED = 20;

/** `/Groups` of the directory whose token was shown. */
@Injectable()
export class ScimGroups {
  constructor(
    private readonly useCases: UseCases,
    private readonly urls: DirectoryUrls,
    private readonly searches: WideSearches,
  ) {}

  /** `asked`: the parameters of the URL, or the body of a `.search`. */
  async list({ directory }: ScimCall, asked: unknown): Promise<ScimAnswer> {
    const parsed = parseGroupQuery(asked);
    const page = await this.page(directory, parsed);
    return { status: 200, body: listResponse(page, parsed.query, page.data) };
  }

  /** As they are to be shown. */
  async page(
    directory: Directory,
    { query, projection }: ParsedQuery<GroupAttribute>,
  ): Promise<DirectoryPage<object>> {
    const { organization, id } = directory;
    const read = this.#read.directoryGroups;
    const search = (count: number) =>
      this.searches.run(id, query.filter, () => read.query(organization, id, { ...query, count }));
    let page = await search(query.count);
    if (wantsMembers(projection)) {
      const count = await this.#within(directory, page.data);
      if (count < page.data.length) page = await search(count);
    }
    return { ...page, data: await this.#shown(directory, page.data, projection) };
  }

  /** How many of the groups can be shown with their members at once; the first always can. */
  async #within({ organization, id }: Directory, groups: readonly DirectoryGroup[]): Promise<number> {
    let members = 0;
    for (let from = 0; from < groups.length; from += COUNTED) {
      const some = groups.slice(from, from + COUNTED).map((group) => group.id);
      const counts = await this.#read.directoryGroups.memberCounts(organization, id, some);
      for (const [at, group] of some.entries()) {
        members += counts.get(group) ?? 0;
        if (members > MEMBERS) return Math.max(1, from + at);
      }
    }
    return groups.length;
  }

  async read({ directory, params, ifNoneMatch }: ScimCall, asked: string): Promise<ScimAnswer> {
    const projection = projectionOf(params);
    const { organization, id } = directory;
    const group = await this.#read.directoryGroups.get(organization, id, idIn(directory, asked));
    if (!group) throw noResource(asked);
    if (isKnown(ifNoneMatch, group.version)) return { status: 304, headers: etagHeader(group.version) };
    return this.#answer(200, directory, group, projection);
  }

  async create({ directory, body, params }: ScimCall): Promise<ScimAnswer> {
    const projection = projectionOf(params);
    const { group } = await createGroup(this.useCases.context, {
      ...scimKeys(directory),
      ...readGroup(body),
    });
    return this.#answer(201, directory, group, projection);
  }

  async replace(call: ScimCall, id: string): Promise<ScimAnswer> {
    const projection = projectionOf(call.params);
    const group = await this.#change(call, id, replaceGroup(call.body));
    return this.#answer(200, call.directory, group, projection);
  }

  /** 204 unless attributes are asked for (RFC 7644, section 3.5.2): who changes one member of 10 000 is not sent the others. */
  async patch(call: ScimCall, id: string): Promise<ScimAnswer> {
    const { directory, params } = call;
    const projection = projectionOf(params);
    const group = await this.#change(call, id, patchGroup(call.body, id));
    if (params.attributes === undefined) return { status: 204, headers: etagHeader(group.version) };
    return this.#answer(200, directory, group, projection);
  }

  async remove({ directory, ifMatch }: ScimCall, id: string): Promise<ScimAnswer> {
    const group = idIn(directory, id);
    await deleteGroup(this.useCases.context, { ...scimKeys(directory), group, ifMatch: versionsIn(ifMatch) });
    return { status: 204 };
  }

  async #change(
    { directory, ifMatch }: ScimCall,
    id: string,
    changes: readonly GroupChange[],
  ): Promise<DirectoryGroup> {
    const input = {
      ...scimKeys(directory),
      group: idIn(directory, id),
      ifMatch: versionsIn(ifMatch),
      changes,
    };
    return (await changeGroup(this.useCases.context, input)).group;
  }

  async #answer(
    status: number,
    directory: Directory,
    group: DirectoryGroup,
    projection: Projection,
  ): Promise<ScimAnswer> {
    const [body] = await this.#shown(directory, [group], projection);
    const location = locationOf(this.urls.baseUrl(directory.id), 'Group', group.id);
    return { status, body, headers: { location, ...etagHeader(group.version) } };
  }

  /** Members are read only where they are to be shown. */
  async #shown(
    { organization, id }: Directory,
    groups: readonly DirectoryGroup[],
    projection: Projection,
  ): Promise<object[]> {
    const ids = groups.map((group) => group.id);
    const members =
      wantsMembers(projection) && ids.length > 0
        ? await this.#read.directoryGroups.members(organization, id, ids)
        : undefined;
    const view = { baseUrl: this.urls.baseUrl(id), projection };
    return groups.map((group) => presentGroup(group, members && (members.get(group.id) ?? []), view));
  }

  get #read() {
    return this.useCases.context.store.read;
  }
}
