import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { map } from 'rxjs';
import type { ScimAnswer } from './scim-answer.js';
import { SCIM_TYPE } from './scim-answer.js';

interface Asked {
  readonly headers: { readonly accept?: string };
}

/** Sends what a route answered: `application/scim+json`, or `application/json` to whom takes nothing else (RFC 7644, section 3.8). */
@Injectable()
export class ScimInterceptor implements NestInterceptor<ScimAnswer, string | undefined> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler<ScimAnswer>) {
    const http = context.switchToHttp();
    const { headers } = http.getRequest<Asked>();
    return next.handle().pipe(map((answer) => this.#send(answer, headers.accept, http.getResponse())));
  }

  #send({ status, body, headers }: ScimAnswer, accept: string | undefined, response: unknown) {
    const { httpAdapter } = this.adapterHost;
    httpAdapter.status(response, status);
    const set = { 'cache-control': 'no-store', ...headers, ...(body && { 'content-type': typeFor(accept) }) };
    for (const [name, value] of Object.entries(set)) httpAdapter.setHeader(response, name, value);
    return body === undefined ? undefined : JSON.stringify(body);
  }
}

function typeFor(accept = ''): string {
  const plain =
    /\bapplication\/json\b/i.test(accept) && !/application\/scim\+json|\*\/\*|application\/\*/i.test(accept);
  return plain ? 'application/json' : SCIM_TYPE;
}
