import { Get, Param } from '@nestjs/common';
import { resourceTypes, schemas, serviceProviderConfig, uris, type Resource } from '@idp-roles/scim';
import type { Received } from '../admin/request/received.js';
import { DirectoryUrls } from './directory-urls.js';
import { noResource } from './scim-id.js';
import { BODY_LIMIT } from './scim-body.js';
import { MAX_OPERATIONS } from './scim-bulk.js';
import type { ScimAnswer } from './scim-answer.js';
import { CurrentCall, type ScimCall } from './scim-call.js';
import { ScimController } from './scim-controller.js';
import { ScimRefusal } from './scim-refusal.js';

const LIMITS = { maxOperations: MAX_OPERATIONS, maxPayloadSize: BODY_LIMIT } as const;

/** What this service can do, as it is (RFC 7644, section 4). */
@ScimController()
export class ScimDiscoveryController {
  constructor(private readonly urls: DirectoryUrls) {}

  @Get('ServiceProviderConfig')
  config(@CurrentCall() call: Received<ScimCall>): ScimAnswer {
    return { status: 200, body: serviceProviderConfig(this.urls.baseUrl(call.directory.id), LIMITS) };
  }

  @Get('ResourceTypes')
  types(@CurrentCall() call: Received<ScimCall>): ScimAnswer {
    return listed(call, resourceTypes(this.urls.baseUrl(call.directory.id)));
  }

  @Get('ResourceTypes/:id')
  type(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): ScimAnswer {
    return found(id, resourceTypes(this.urls.baseUrl(call.directory.id)));
  }

  @Get('Schemas')
  schemas(@CurrentCall() call: Received<ScimCall>): ScimAnswer {
    return listed(call, schemas(this.urls.baseUrl(call.directory.id)));
  }

  @Get('Schemas/:id')
  schema(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): ScimAnswer {
    return found(id, schemas(this.urls.baseUrl(call.directory.id)));
  }
}

/** All at once, and never filtered (RFC 7644, section 4: 403). */
function listed({ params }: ScimCall, resources: readonly Resource[]): ScimAnswer {
  if (params.filter !== undefined)
    throw new ScimRefusal(403, 'this list cannot be filtered; leave `filter` out');
  return {
    status: 200,
    body: {
      schemas: [uris.listResponse],
      totalResults: resources.length,
      startIndex: 1,
      itemsPerPage: resources.length,
      Resources: resources,
    },
  };
}

function found(id: string, resources: readonly Resource[]): ScimAnswer {
  const body = resources.find((resource) => resource.id.toLowerCase() === id.toLowerCase());
  if (!body) throw noResource(id);
  return { status: 200, body };
}
