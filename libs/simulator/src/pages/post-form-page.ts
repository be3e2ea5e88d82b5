import { html } from './html.js';
import { layout } from './layout.js';

/** A form that posts itself, with a button for browsers that run no scripts. */
export function postFormPage(page: {
  title: string;
  action: string;
  fields: Readonly<Record<string, string>>;
}): string {
  return layout({
    title: page.title,
    script: 'submit.js',
    body: html`<h1>${page.title}…</h1>
      <p class="muted">You are being sent on. If nothing happens, press the button.</p>
      <form id="post-form" method="post" action="${page.action}">
        ${Object.entries(page.fields).map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" /> `,
        )}<button class="primary">Continue</button>
      </form>`,
  });
}
