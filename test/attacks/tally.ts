import type { Verdict } from './verdict.js';

/** Counts per class, as a table. */
export function tally(title: string, verdicts: readonly Verdict[]): string {
  const classes = [...new Set(verdicts.map((verdict) => verdict.class))];
  const rows = classes.map((name) =>
    row(
      name,
      verdicts.filter((verdict) => verdict.class === name),
    ),
  );
  return [`${title}:`, ...rows, row('all', verdicts)].join('\n');
}

function row(name: string, verdicts: readonly Verdict[]): string {
  const wrong = verdicts.filter((verdict) => verdict.wrong.length > 0).length;
  const [worst] = verdicts.toSorted((a, b) => b.stallMs - a.stallMs);
  const stall = `longest stall ${(worst?.stallMs ?? 0).toFixed(0)} ms (${worst?.name ?? ''})`;
  return `  ${name.padEnd(22)} ${String(verdicts.length).padStart(4)} cases, ${wrong} wrong, ${stall}`;
}

export function wrongOnes(verdicts: readonly Verdict[]): string[] {
  return verdicts
    .filter(({ wrong }) => wrong.length > 0)
    .map(({ wrong, name, ...verdict }) => `${verdict.class}, ${name}: ${wrong.join('; ')}`);
}
