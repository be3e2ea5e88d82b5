/** Drops what the database says is null: absent in our values. */
export function present<T extends object>(row: T): { [K in keyof T]: Exclude<T[K], null> } {
  const entries = Object.entries(row).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], null> };
}

export function json(value: unknown): string {
  return JSON.stringify(value);
}

export function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** Trusts what this store wrote. */
export function parsed<T>(text: string): T {
  return JSON.parse(text) as T;
}

export function parsedOrNull<T>(text: string | null): T | null {
  return text === null ? null : parsed<T>(text);
}
