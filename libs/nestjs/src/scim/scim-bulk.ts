import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { readBulk, runBulk, type BulkOperation, type BulkOutcome } from '@idp-roles/scim';
import { DirectoryUrls } from './directory-urls.js';
import type { ScimAnswer } from './scim-answer.js';
import type { ScimCall } from './scim-call.js';
import { ScimDoor } from './scim-door.js';
import { scimFailure } from './scim-failure.js';
import { ScimGroups } from './scim-groups.js';
import { ScimUsers } from './scim-users.js';

/** Of one bulk request; each counts as a request. */
export const MAX_OPERATIONS = 1_000;

/** `/Bulk` (RFC 7644, section 3.7): one operation after the other, each a transaction of its own. */
@Injectable()
export class ScimBulk {
  readonly #logger = new Logger('IdpRoles');

  constructor(
    private readonly users: ScimUsers,
    private readonly groups: ScimGroups,
    private readonly door: ScimDoor,
    private readonly urls: DirectoryUrls,
  ) {}

  async run(call: ScimCall): Promise<ScimAnswer> {
    const request = readBulk(call.body, { maxOperations: MAX_OPERATIONS });
    this.door.charge(call.directory.id, Math.max(0, request.operations.length - 1));
    let failed: BulkOutcome | undefined;
    const body = await runBulk(request, async (operation) => {
      // What failed is the service: the others are answered likewise, and not tried (1 000 times a time limit, and as many lines in the log).
      if (failed) return failed;
      // Transactions on the embedded store never yield: others get their turn in between.
      await setImmediate();
      const outcome = await this.#attempt(call, operation);
      if (outcome.status >= 500 && outcome.status !== 501) failed = outcome;
      return outcome;
    });
    return { status: 200, body };
  }

  async #attempt({ directory }: ScimCall, operation: BulkOperation): Promise<BulkOutcome> {
    const { id, version, data } = operation;
    const call = { directory, params: {}, body: data, ...(version !== undefined && { ifMatch: version }) };
    try {
      const { status, headers, body } = await this.#execute(call, operation);
      const made = body as { readonly id?: string } | undefined;
      const location =
        headers?.['location'] ?? (id && `${this.urls.baseUrl(directory.id)}/${operation.resource}/${id}`);
      return { status, id: made?.id, location, version: headers?.['etag'] };
    } catch (error) {
      const { status, body } = scimFailure(error, this.#logger);
      return { status, response: body };
    }
  }

  #execute(call: ScimCall, { method, resource, id }: BulkOperation): Promise<ScimAnswer> {
    const resources = resource === 'Users' ? this.users : this.groups;
    if (id === undefined) return resources.create(call);
    if (method === 'PUT') return resources.replace(call, id);
    return method === 'PATCH' ? resources.patch(call, id) : resources.remove(call, id);
  }
}
