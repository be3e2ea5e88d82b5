import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { headersOf, scimFailure } from './scim-failure.js';

/** Bound to our controllers only; everything thrown on their way, by guards and pipes of the host too, ends here. */
@Catch()
export class ScimFilter implements ExceptionFilter {
  private readonly logger = new Logger('IdpRoles');
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    const failure = scimFailure(error, this.logger);
    for (const [name, value] of Object.entries(headersOf(failure)))
      httpAdapter.setHeader(response, name, value);
    // As a text: Nest 11 relabels an object that is no `application/json`.
    httpAdapter.reply(response, JSON.stringify(failure.body), failure.status);
  }
}
