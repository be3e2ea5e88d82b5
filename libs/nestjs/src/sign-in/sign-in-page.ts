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
`;
const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** The plain page of a sign-in that failed (L7): what happened, a code, a reference, and nothing that came from outside. */
export function sendFailurePage(response: Response, failure: SignInFailure): void {
  response
    .status(failure.status)
    .setHeader(
      'content-security-policy',
      `default-src 'none'; style-src ${STYLE_HASH}; frame-ancestors 'none'`,
    )
    .setHeader('cache-control', 'no-store')
    .setHeader('referrer-policy', 'no-referrer')
    .setHeader('x-content-type-options', 'nosniff')
    .type('html')
    .send(page(failure));
}

function page({ message, code, reference }: SignInFailure): string {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>You are not signed in</title><style>${STYLE}</style></head>
<body><main><h1>You are not signed in</h1>
<p>${escape(sentence)}.</p>
<p>Try again from the start. If it happens again, give your administrator the reference below.</p>
<dl><dt>Code</dt><dd>${escape(code)}</dd><dt>Reference</dt><dd>${escape(reference)}</dd></dl>
</main></body></html>`;
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
