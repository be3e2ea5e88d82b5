import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Directory } from '@idp-roles/store';
import { directoryOf } from './current-directory.js';
import { ScimRefusal } from './scim-refusal.js';
import { queryParams, type QueryParams } from './query-params.js';

/** One request, or one operation of a bulk request. */
export interface ScimCall {
  /** Of the token: everything is looked for in it alone. */
  readonly directory: Directory;
  readonly params: QueryParams;
  readonly body: unknown;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

interface Carried {
  readonly url: string;
  readonly body?: unknown;
  readonly headers: { readonly 'if-match'?: string; readonly 'if-none-match'?: string };
}

/** Throws where `ScimGuard` did not run: nothing is read or written without a directory. */
export const CurrentCall = createParamDecorator((_: unknown, context: ExecutionContext): ScimCall => {
  const request = context.switchToHttp().getRequest<Carried>();
  const directory = directoryOf(request);
  if (!directory) throw new Error('`@CurrentCall()` needs `ScimGuard` on its controller');
  return {
    directory,
    params: queryParams(request.url),
    body: request.body,
    ifMatch: request.headers['if-match'],
    ifNoneMatch: request.headers['if-none-match'],
  };
});

/** The body of a `.search`. Without one it is refused: a question that did not arrive is not «everyone». */
export function searchIn({ body }: ScimCall): object {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new ScimRefusal(400, 'the body is not a SearchRequest', { scimType: 'invalidSyntax' });
}
