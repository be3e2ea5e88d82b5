/** `// 201` on the first line, JSON below it. */
export function shownAnswer(block: string): { readonly status: string; readonly body: unknown } {
  const [, status = '', json = ''] = /^\/\/ (\d{3}).*\n([\s\S]*)$/.exec(block) ?? [];
  return { status, body: JSON.parse(json) };
}

/**
 * Where a real answer is not what a page shows of it; empty where it is. A page may leave properties out, `…` in a text
 * stands for anything, and lists are compared without regard to order.
 */
export function mismatches(shown: unknown, real: unknown, path = '$'): readonly string[] {
  if (Array.isArray(shown) && Array.isArray(real)) {
    const left: unknown[] = [...(real as unknown[])];
    const missing = (shown as unknown[]).filter((wanted) => {
      const at = left.findIndex((found) => mismatches(wanted, found).length === 0);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    return missing.length + left.length === 0
      ? []
      : [`${path}: ${JSON.stringify(missing)} are shown, ${JSON.stringify(left)} came`];
  }
  if (isObject(shown) && isObject(real)) {
    return Object.entries(shown).flatMap(([name, part]) => mismatches(part, real[name], `${path}.${name}`));
  }
  const same =
    typeof shown === 'string' && typeof real === 'string' ? pattern(shown).test(real) : shown === real;
  return same ? [] : [`${path}: ${JSON.stringify(shown)} is shown, ${JSON.stringify(real)} came`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pattern(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`);
}
