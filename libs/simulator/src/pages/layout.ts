import type { Html } from './html.js';
import { html } from './html.js';

/** A whole page. Styles and the one script are files of ours, so that a strict content security policy holds. */
export function layout(page: { title: string; body: Html; wide?: boolean; script?: 'submit.js' }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · IdP simulator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body${page.wide && html` class="wide"`}>
<main>
${page.body}
</main>
<footer>For development and tests only: anyone can sign in as anyone here.</footer>
${page.script && html`<script src="/assets/${page.script}"></script>`}
</body>
</html>
`.text;
}
