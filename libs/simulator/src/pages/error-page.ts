import { html } from './html.js';
import { layout } from './layout.js';

export function errorPage(error: { code: string; message: string }): string {
  return layout({
    title: 'Not possible',
    body: html`<h1>This did not work</h1>
      <p>${error.message}</p>
      <p class="muted">Code <code>${error.code}</code></p>
      <p><a href="/">People and applications of this simulator</a></p>`,
  });
}
