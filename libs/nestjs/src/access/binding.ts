import type { ExecutionContext } from '@nestjs/common';

interface Sources {
  /** A parameter of the route's path. */
  readonly param: string;
  /** A parameter of the query string. */
  readonly query: string;
  /** A property of the body, as it arrives: pipes have not run. */
  readonly body: string;
  /** An argument of a GraphQL field. */
  readonly args: string;
  /** A property of a message's payload. */
  readonly payload: string;
  readonly from: (context: ExecutionContext) => string | undefined | Promise<string | undefined>;
}

export type NoBinding = { readonly [Source in keyof Sources]?: undefined };

/** Where the resource's id is found: exactly one place. */
export type Binding = {
  [Source in keyof Sources]: Omit<NoBinding, Source> & { readonly [Only in Source]: Sources[Only] };
}[keyof Sources];
