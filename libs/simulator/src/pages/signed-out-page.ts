import { html } from './html.js';
import { layout } from './layout.js';

export function signedOutPage(): string {
  return layout({
    title: 'Signed out',
    body: html`<h1>You are signed out</h1>
      <p class="muted">You can close this page.</p>`,
  });
}
