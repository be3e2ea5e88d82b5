import type { ScimExchange, ScimPush } from '../scim/push-log.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** What one push said and was told, request by request. */
export function exchangeList({ exchanges }: ScimPush): Html {
  if (!exchanges.length)
    return html`<p class="muted">Nothing differs from what the directory was told before.</p>`;
  return html`<ol class="exchanges">
    ${exchanges.map((exchange) => html`<li>${exchangeDetails(exchange)}</li>`)}
  </ol>`;
}

function exchangeDetails({ method, path, body, status, answer }: ScimExchange): Html {
  const taken = status >= 200 && status < 300;
  return html`<details class="exchange">
    <summary>
      <span class="status ${taken ? 'taken' : 'refused'}">${status || 'no answer'}</span>
      <code>${method} ${readable(path)}</code>
    </summary>
    ${
      body !== undefined &&
      html`<h4>Request</h4>
        <pre tabindex="0">${JSON.stringify(body, null, 2)}</pre>`
    }
    <h4>Answer</h4>
    <pre tabindex="0">${answer === '' ? '(empty)' : indented(answer)}</pre>
  </details>`;
}

/** In one sentence. */
export function pushSummary({ delivered, exchanges }: ScimPush): string {
  const count = exchanges.length === 1 ? '1 request' : `${exchanges.length} requests`;
  if (delivered) return exchanges.length ? `${count}, all taken` : 'nothing to tell';
  const refused = exchanges.findLast(({ status }) => status < 200 || status >= 300);
  return refused?.status ? `${count}, not all taken (${refused.status})` : `${count}, no answer`;
}

/** The last pushes, each to be opened. */
export function pushList(pushes: readonly ScimPush[]): Html {
  return html`<ol class="pushes">
    ${pushes.map(
      (push) =>
        html`<li>
          <details>
            <summary>
              <time datetime="${new Date(push.at).toISOString()}"
                >${new Date(push.at).toISOString().slice(11, 19)} UTC</time
              >
              · <strong>${push.login ?? `everybody of ${push.organization}`}</strong> · as ${push.dialect} ·
              ${pushSummary(push)}
            </summary>
            ${exchangeList(push)}
          </details>
        </li>`,
    )}
  </ol>`;
}

function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
