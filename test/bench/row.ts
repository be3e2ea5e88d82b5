/** One line of the report. `ratio` above 1 says how often ours fits into the peer's time, unless `op` says otherwise; `growth` is a time at the large size over one at the small. */
export interface Row {
  readonly op: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
  readonly growth?: string;
  readonly goal: string;
  readonly reached: boolean;
}

export function duration(nanoseconds: number): string {
  if (nanoseconds < 1_000) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 1_000_000) return `${(nanoseconds / 1_000).toFixed(2)} µs`;
  return `${(nanoseconds / 1_000_000).toFixed(2)} ms`;
}

export function times(ratio: number): string {
  return `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)}×`;
}
