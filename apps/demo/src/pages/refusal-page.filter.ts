import { AccessService, type ExplainedDecision } from '@idp-roles/nestjs';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { access } from '../access.js';
import { Frames } from './frames.js';
import { html, sentence, type Html } from './html.js';
import { CONTENT_SECURITY_POLICY, page } from './layout.js';
import { hasSessionCookie } from './session-cookie.js';

const HEADLINES: Readonly<Record<number, string>> = {
  401: 'Sign in to see this',
  403: 'Your roles do not allow this',
  404: 'There is nothing here',
  503: 'Not available at the moment',
};

/** Refusals as a page for people and as they are for programs. The guard leaves the format to the host; this is one way. */
@Catch(HttpException)
export class RefusalPageFilter implements ExceptionFilter<HttpException> {
  constructor(
    private readonly decisions: AccessService<typeof access>,
    private readonly frames: Frames,
  ) {}

  async catch(refusal: HttpException, host: ArgumentsHost): Promise<void> {
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
    // Of the same request, so there is nobody else to keep it from.
    const decision =
      decisionId === undefined
        ? undefined
        : await this.decisions.explainDecision(decisionId).catch(() => undefined);
    const ended = status === 401 && hasSessionCookie(request);
    const headline = ended ? 'Your session has ended' : (HEADLINES[status] ?? 'This did not work');
    // The guard says 403 of somebody it knows, and 401 of everybody else.
    const nobody = { title: headline, signedIn: status === 403 };
    const frame = await this.frames.of(decision, headline).catch(() => nobody);
    response
      .setHeader('content-security-policy', CONTENT_SECURITY_POLICY)
      .type('html')
      .send(
        page(
          decision ? frame : nobody,
          html`<h1>${headline}</h1>
            <p class="lead">${sentence(detail ?? refusal.message)}</p>
            ${
              decision &&
              decision.asked.length > 0 &&
              html`<p>What this needs: ${decision.asked.map((asked, index) => html`${index > 0 && ' or '}${wanted(asked)}`)}.</p>`
            }
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

/** What the route declares, and nothing of what exists. */
function wanted({ role, permission, resource }: ExplainedDecision['asked'][number]): Html {
  const what = role === undefined ? 'permission' : 'role';
  return html`the ${what} <code>${role ?? permission}</code> on ${resource ? `this ${resource.type}` : 'the organization'}`;
}
