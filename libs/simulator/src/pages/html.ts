/** Markup that is safe to send: made by `html` only, which escapes whatever is put into it. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

type Insertion = Html | string | number | false | undefined | readonly Insertion[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function insert(value: Insertion): string {
  if (value === false || value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(insert).join('');
  return String(value).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A template whose insertions are escaped, in content and in quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...insertions: readonly Insertion[]): Html {
  return new Html(strings.map((text, index) => text + insert(insertions[index])).join(''));
}
