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

/** `/Groups` of the directory whose token was shown. */
@Injectable()
export class ScimGroups {
  constructor(
    private readonly useCases: UseCases,
    private readonly urls: DirectoryUrls,
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
    const page = await this.#read.directoryGroups.query(organization, id, query);
    return { ...page, data: await this.#shown(directory, page.data, projection) };
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
