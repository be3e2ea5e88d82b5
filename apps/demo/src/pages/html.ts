/** Markup that is safe to send: made by `html` only, which escapes every value that is not markup itself. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | undefined | false | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((string, index) => string + (index < parts.length ? shown(parts[index]) : '')).join(''),
  );
}

function shown(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(shown).join('');
  return String(part).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A sentence of the library, with what stands in backticks as code. */
export function sentence(message: string): Html {
  const [first = '', ...rest] = message.split('`');
  const parts = rest.map((part, index) => (index % 2 === 0 ? html`<code>${part}</code>` : html`${part}`));
  const text = html`${first.charAt(0).toUpperCase() + first.slice(1)}${parts}`;
  return message.endsWith('.') ? text : html`${text}.`;
}
