/** What was thrown, for the log: with its stack where it has one. Not for an answer, as it may hold anything. */
export function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
