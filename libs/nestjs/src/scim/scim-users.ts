import { Injectable } from '@nestjs/common';
import {
  listResponse,
  locationOf,
  parseUserQuery,
  patchUser,
  presentUser,
  projectionOf,
  readUser,
  replaceUser,
  wantsGroups,
  versionsIn,
  type ParsedQuery,
  type Projection,
} from '@idp-roles/scim';
import type { Directory, DirectoryPage, DirectoryUser, UserAttribute } from '@idp-roles/store';
import { changeUser, deleteUser, provisionUser } from '@idp-roles/use-cases';
import { UseCases } from '../use-cases.js';
import { DirectoryUrls } from './directory-urls.js';
import { etagHeader, isKnown } from './preconditions.js';
import type { ScimAnswer } from './scim-answer.js';
import type { ScimCall } from './scim-call.js';
import { idIn, noResource, scimKeys } from './scim-id.js';
import { WideSearches } from './wide-searches.js';

type Attributes = DirectoryUser['attributes'];

/** `/Users` of the directory whose token was shown. */
@Injectable()
export class ScimUsers {
  constructor(
    private readonly useCases: UseCases,
    private readonly urls: DirectoryUrls,
    private readonly searches: WideSearches,
  ) {}

  /** `asked`: the parameters of the URL, or the body of a `.search`. */
  async list({ directory }: ScimCall, asked: unknown): Promise<ScimAnswer> {
    const parsed = parseUserQuery(asked);
    const page = await this.page(directory, parsed);
    return { status: 200, body: listResponse(page, parsed.query, page.data) };
  }

  /** As they are to be shown. */
  async page(
    directory: Directory,
    { query, projection }: ParsedQuery<UserAttribute>,
  ): Promise<DirectoryPage<object>> {
    const { organization, id } = directory;
    const page = await this.searches.run(id, query.filter, () =>
      this.#read.directoryUsers.query(organization, id, query),
    );
    return { ...page, data: await this.#shown(directory, page.data, projection) };
  }

  async read({ directory, params, ifNoneMatch }: ScimCall, asked: string): Promise<ScimAnswer> {
    const projection = projectionOf(params);
    const { organization, id } = directory;
    const user = await this.#read.directoryUsers.get(organization, id, idIn(directory, asked));
    if (!user) throw noResource(asked);
    if (isKnown(ifNoneMatch, user.version)) return { status: 304, headers: etagHeader(user.version) };
    return this.#answer(200, directory, user, projection);
  }

  async create({ directory, body, params }: ScimCall): Promise<ScimAnswer> {
    const projection = projectionOf(params);
    const attributes = readUser(body);
    const provision = { ...scimKeys(directory), attributes };
    const { user, joined } = await provisionUser(this.useCases.context, provision);
    return this.#answer(201, directory, user, projection, joined.length > 0);
  }

  async replace(call: ScimCall, id: string): Promise<ScimAnswer> {
    return this.#change(call, id, replaceUser(call.body));
  }

  async patch(call: ScimCall, id: string): Promise<ScimAnswer> {
    return this.#change(call, id, patchUser(call.body, id));
  }

  async remove({ directory, ifMatch }: ScimCall, id: string): Promise<ScimAnswer> {
    const user = idIn(directory, id);
    await deleteUser(this.useCases.context, { ...scimKeys(directory), user, ifMatch: versionsIn(ifMatch) });
    return { status: 204 };
  }

  async #change(
    { directory, params, ifMatch }: ScimCall,
    id: string,
    change: (current: Attributes) => Attributes,
  ): Promise<ScimAnswer> {
    const projection = projectionOf(params);
    const changed = {
      ...scimKeys(directory),
      user: idIn(directory, id),
      ifMatch: versionsIn(ifMatch),
      change,
    };
    const { user } = await changeUser(this.useCases.context, changed);
    return this.#answer(200, directory, user, projection);
  }

  async #answer(
    status: number,
    directory: Directory,
    user: DirectoryUser,
    projection: Projection,
    mayHaveGroups = true,
  ): Promise<ScimAnswer> {
    const [body] = await this.#shown(directory, [user], projection, mayHaveGroups);
    const location = locationOf(this.urls.baseUrl(directory.id), 'User', user.id);
    return { status, body, headers: { location, ...etagHeader(user.version) } };
  }

  /** Groups are read only where they are to be shown, and where there can be any. */
  async #shown(
    { organization, id }: Directory,
    users: readonly DirectoryUser[],
    projection: Projection,
    mayHaveGroups = true,
  ): Promise<object[]> {
    const ids = users.map((user) => user.id);
    const groups =
      mayHaveGroups && wantsGroups(projection) && ids.length > 0
        ? await this.#read.directoryUsers.groupsOf(organization, id, ids)
        : undefined;
    const view = { baseUrl: this.urls.baseUrl(id), projection };
    return users.map((user) => presentUser(user, groups?.get(user.id), view));
  }

  get #read() {
    return this.useCases.context.store.read;
  }
}
