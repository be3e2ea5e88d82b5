/** One request to a directory, before the base URL and the token are put to it. */
export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, query included. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What came back; `status` 0 where nothing did. */
export interface ScimAnswer {
  readonly status: number;
  readonly text: string;
  /** Empty where the body is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

export const schema = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
} as const;

/** RFC 7644 section 3.4.2.2: values in filters are JSON, so that a quote ends none of them. */
export function equals(attribute: string, value: string): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}

export function patch(path: string, operations: readonly object[]): ScimRequest {
  return { method: 'PATCH', path, body: { schemas: [schema.patch], Operations: operations } };
}
