import { All, Req } from '@nestjs/common';
import type { Received } from '../admin/request/received.js';
import { MountedRoutes } from '../mounted-routes.js';
import { ScimController } from './scim-controller.js';
import { ScimRefusal } from './scim-refusal.js';

/** What stands below a directory, and by which methods (RFC 7644, table 2). */
const METHODS: readonly (readonly [path: RegExp, methods: string])[] = [
  [/^\/(?:Users|Groups)\/?$/i, 'GET, POST'],
  [/^(?:\/(?:Users|Groups))?\/\.search\/?$/i, 'POST'],
  [/^\/Bulk\/?$/i, 'POST'],
  [/^\/(?:Users|Groups)\/[^/]+\/?$/i, 'GET, PUT, PATCH, DELETE'],
  [/^\/ServiceProviderConfig\/?$/i, 'GET'],
  [/^\/(?:ResourceTypes|Schemas)(?:\/[^/]+)?\/?$/i, 'GET'],
];

interface Asked {
  readonly url: string;
  readonly method: string;
}

/** Mounted last: whatever no other route answers. */
@ScimController()
export class ScimUnknownController {
  constructor(private readonly routes: MountedRoutes) {}

  @All(['', '*rest'])
  refuse(@Req() { url, method }: Received<Asked>): never {
    const below = this.routes.scimPath(url)?.below ?? '';
    if (/^\/Me(?:\/|$)/i.test(below)) {
      throw new ScimRefusal(501, 'a directory has no person of its own: `/Me` leads nowhere');
    }
    const [, allow] = METHODS.find(([path]) => path.test(below)) ?? [];
    if (allow === undefined) throw new ScimRefusal(404, 'nothing stands at this path');
    throw new ScimRefusal(405, `${method} is not for this path; there is ${allow}`, { headers: { allow } });
  }
}
