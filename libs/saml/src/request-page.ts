import { createHash } from 'node:crypto';
import type { RequestForm } from './authn-request.js';

const script = 'document.forms[0].submit()';
const scriptHash = createHash('sha256').update(script).digest('base64');

/** Only this page's own script runs; where none does, the button is there. */
export const requestPagePolicy = `default-src 'none'; script-src 'sha256-${scriptHash}'; base-uri 'none'; frame-ancestors 'none'`;

/** The page that carries a request to the IdP by HTTP-POST (bindings §3.5). */
export function requestPage({ action, fields }: RequestForm, doing = 'Signing in'): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  return [
    '<!DOCTYPE html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(doing)}</title></head><body>`,
    `<form method="post" action="${escape(action)}">`,
    ...inputs,
    '<button>Continue</button></form>',
    `<script>${script}</script>`,
    '</body></html>',
  ].join('\n');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
