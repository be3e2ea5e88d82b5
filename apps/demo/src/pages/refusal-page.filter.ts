import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { html, sentence } from './html.js';
import { CONTENT_SECURITY_POLICY, page } from './layout.js';

const HEADLINES: Readonly<Record<number, string>> = {
  401: 'Sign in to see this',
  403: 'Your roles do not allow this',
  404: 'There is nothing here',
  503: 'Not available at the moment',
};

/** Refusals as a page for people and as they are for programs. The guard leaves the format to the host; this is one way. */
@Catch(HttpException)
export class RefusalPageFilter implements ExceptionFilter<HttpException> {
  catch(refusal: HttpException, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const status = refusal.getStatus();
    const body = refusal.getResponse();
    response.status(status);
    if (request.accepts(['json', 'html']) !== 'html') {
      response.json(body);
      return;
    }
    const { code, detail, decisionId } = (typeof body === 'object' ? body : {}) as Partial<
      Record<string, string>
    >;
    const headline = HEADLINES[status] ?? 'This did not work';
    response
      .setHeader('content-security-policy', CONTENT_SECURITY_POLICY)
      .type('html')
      .send(
        page(
          // The guard says 403 of somebody it knows, and 401 of everybody else.
          { title: headline, signedIn: status === 403 },
          html`<h1>${headline}</h1>
            <p class="lead">${sentence(detail ?? refusal.message)}</p>
            <p class="actions">
              <a class="button primary" href="/">${status === 401 ? 'Sign in' : 'See your roles, and why'}</a>
            </p>
            ${
              (code ?? decisionId) &&
              html`<details>
                <summary>For your administrator</summary>
                <dl>
                  <dt>Status</dt>
                  <dd>${status}</dd>
                  ${
                    code &&
                    html`<dt>Code</dt>
                      <dd><code>${code}</code></dd>`
                  }
                  ${
                    decisionId &&
                    html`<dt>Decision</dt>
                      <dd><code>${decisionId}</code></dd>`
                  }
                </dl>
              </details>`
            }`,
        ),
      );
  }
}
