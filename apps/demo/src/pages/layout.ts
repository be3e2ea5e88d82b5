import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { STYLE } from './style.js';

export interface PageFrame {
  readonly title: string;
  /** Absent: nobody is signed in. */
  readonly who?: { readonly name: string; readonly organization: string };
  /** Somebody is signed in; who is not at hand. */
  readonly signedIn?: boolean;
  /** Path of the navigation's entry that is open. */
  readonly at?: string;
}

const LINKS = [
  ['/', 'Your roles'],
  ['/projects', 'Projects'],
  ['/invoices', 'Invoices'],
  ['/admin', 'Admin'],
] as const;

/** Without `form-action`: browsers hold it against the redirects that follow a form, and signing out leads on to the IdP. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'`;

export function page({ title, who, signedIn = who !== undefined, at }: PageFrame, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title} · Atelier</title><style>${new Html(STYLE)}</style></head>
<body>
<header><div>
<a class="brand" href="/">Atelier</a>
${
  signedIn
    ? html`<nav aria-label="Main">${LINKS.map(([path, name]) => html`<a href="${path}"${at === path && new Html(' aria-current="page"')}>${name}</a>`)}</nav>
${who && html`<span>${who.name} <span class="chip">${who.organization}</span></span>`}
<form method="post" action="/sso/logout"><input type="hidden" name="returnTo" value="/signed-out"><button>Sign out</button></form>`
    : ''
}
</div></header>
<main>${content}</main>
</body></html>`.text;
}
