/** RFC 7644, section 3.1. */
export const SCIM_TYPE = 'application/scim+json';

/** What a route says; `ScimInterceptor` sends it. */
export interface ScimAnswer {
  readonly status: number;
  /** Absent: no body at all. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}
