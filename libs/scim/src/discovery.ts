import type { SchemaDefinition } from './attribute.js';
import { enterpriseUserSchema } from './enterprise-user-schema.js';
import { groupSchema } from './group-schema.js';
import { limits } from './limits.js';
import { uris } from './uris.js';
import { userSchema } from './user-schema.js';
import type { Resource } from './view.js';

export interface ServiceLimits {
  /** Of one bulk request. */
  readonly maxOperations: number;
  /** Bytes of one bulk request. */
  readonly maxPayloadSize: number;
}

/** RFC 7643, section 5, and RFC 9865, section 4. `baseUrl` without a slash at the end. */
export function serviceProviderConfig(
  baseUrl: string,
  bulk: ServiceLimits,
  documentationUri?: string,
): Readonly<Record<string, unknown>> {
  return {
    schemas: [uris.serviceProviderConfig],
    ...(documentationUri === undefined ? {} : { documentationUri }),
    patch: { supported: true },
    bulk: { supported: true, maxOperations: bulk.maxOperations, maxPayloadSize: bulk.maxPayloadSize },
    filter: { supported: true, maxResults: limits.pageSize },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: limits.defaultPageSize,
      maxPageSize: limits.pageSize,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token of the directory, sent as `Authorization: Bearer <token>`',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** RFC 7643, section 6. */
export function resourceTypes(baseUrl: string): readonly Resource[] {
  const extensions = [{ schema: uris.enterpriseUser, required: false }];
  return [
    {
      schemas: [uris.resourceType],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: userSchema.description,
      schema: uris.user,
      schemaExtensions: extensions,
      meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/User` },
    },
    {
      schemas: [uris.resourceType],
      id: 'Group',
      name: 'Group',
      endpoint: '/Groups',
      description: groupSchema.description,
      schema: uris.group,
      schemaExtensions: [],
      meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/Group` },
    },
  ];
}

/** RFC 7643, section 7. */
export function schemas(baseUrl: string): readonly Resource[] {
  return [userSchema, enterpriseUserSchema, groupSchema].map((definition: SchemaDefinition) => ({
    schemas: [uris.schema],
    ...definition,
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${definition.id}` },
  }));
}
