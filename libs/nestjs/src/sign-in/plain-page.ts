import { createHash } from 'node:crypto';
import type { Response } from 'express';
import type { SignInFailure } from './sign-in-failure.js';

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5a6472;--paper:#f6f7f9;--card:#fff;--line:#dfe3e8}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa4b2;--paper:#14171b;--card:#1c2026;--line:#2e343c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:30rem;width:100%;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:2rem}
h1{font-size:1.3rem;margin:0 0 .75rem}
p{margin:0 0 1rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
dd{margin:0;font-family:ui-monospace,monospace;overflow-wrap:anywhere}
code{font-family:ui-monospace,monospace;font-size:.92em;overflow-wrap:anywhere}
.again{display:inline-block;padding:.5rem .95rem;border-radius:9px;background:var(--ink);color:var(--card);text-decoration:none}
:focus-visible{outline:3px solid var(--soft);outline-offset:2px}
`;
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** A page of ours: no script, nothing from elsewhere, in no frame. `content` is HTML and follows the heading. */
export function sendPlainPage(response: Response, status: number, heading: string, content: string): void {
  response
    .status(status)
    .setHeader(
      'content-security-policy',
      `default-src 'none'; style-src ${STYLE_HASH}; frame-ancestors 'none'`,
    )
    .setHeader('cache-control', 'no-store')
    .setHeader('referrer-policy', 'no-referrer')
    .setHeader('x-content-type-options', 'nosniff')
    .type('html').send(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${heading}</title><style>${STYLE}</style></head>
<body><main><h1>${heading}</h1>
${content}
</main></body></html>`);
}

/** A failure's own words. */
export function sentenceOf({ message }: SignInFailure): string {
  return `<p>${withCode(message.charAt(0).toUpperCase() + message.slice(1))}.</p>`;
}

/** What support asks for (L7). */
export function referenceOf({ code, reference }: SignInFailure): string {
  return `<dl><dt>Code</dt><dd>${escape(code)}</dd><dt>Reference</dt><dd>${escape(reference)}</dd></dl>`;
}

function withCode(text: string): string {
  const parts = text.split('`');
  // An odd one out opens nothing: without its partner it stays as it is.
  if (parts.length % 2 === 0) return escape(text);
  return parts.map((part, index) => (index % 2 ? `<code>${escape(part)}</code>` : escape(part))).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
