import { html } from './html.js';
import { layout } from './layout.js';

export interface Told {
  readonly application: string;
  readonly ended: boolean;
}

/** After a sign-out that was begun here: who was told, and what they said. */
export function toldPage(name: string, told: readonly Told[]): string {
  const results = told.map(
    ({ application, ended }) =>
      html`<li><code>${application}</code> ${ended ? 'ended the session' : 'did not say that the session ended'}</li> `,
  );
  return layout({
    title: 'Signed out',
    body: html`<h1>${name === 'You' ? 'You are' : html`${name} is`} signed out</h1>
      ${told.length > 0 ? html`<ul>${results}</ul>` : html`<p class="muted">No application had to be told.</p>`}
      <p><a href="/">People and applications of this simulator</a></p>`,
  });
}
