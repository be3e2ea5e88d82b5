/** One kind of call into a host that serves `ROUTES`. */
export interface Door {
  /** `yes`, or the code of the refusal. `member` undefined: nobody. */
  ask(route: string, member: string | undefined, input?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

/** The header by which a test says who asks, and when their session began. */
export function headersFor(member: string | undefined): Record<string, string> {
  if (member === undefined) return {};
  const [name = '', began] = member.split('@');
  return { 'x-member': name, ...(began !== undefined && { 'x-session-began': began }) };
}

/** A refusal's code, wherever this kind of call carries it; what has none is shown whole. */
export function codeOf(refusal: unknown): string {
  const { code } = (refusal ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : `no code: ${JSON.stringify(refusal)}`;
}
