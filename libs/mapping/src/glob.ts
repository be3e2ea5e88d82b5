/** A compiled glob: the literal pieces between its `*`. `*` stands for any text, the empty one too. */
export interface Glob {
  readonly pieces: readonly string[];
}

export function compileGlob(pattern: string): Glob {
  return { pieces: pattern.split('*') };
}

/**
 * The text each `*` stands for, or `undefined` where the glob does not match. The first stars take as little as they can,
 * the last one the rest. Never goes back over a piece it has placed, so no pattern makes it slow.
 */
export function globCaptures({ pieces }: Glob, text: string): string[] | undefined {
  const head = pieces[0] ?? '';
  const last = pieces.length - 1;
  if (last === 0) return text === head ? [] : undefined;
  const tail = pieces[last] ?? '';
  const end = text.length - tail.length;
  if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return undefined;
  const captures: string[] = [];
  let from = head.length;
  for (let index = 1; index < last; index++) {
    const piece = pieces[index] ?? '';
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > end) return undefined;
    captures.push(text.slice(from, at));
    from = at + piece.length;
  }
  captures.push(text.slice(from, end));
  return captures;
}

/** The same positions read from another text of the same length: captures in the IdP's own spelling. */
export function captureSpelling(glob: Glob, folded: string, original: string): string[] | undefined {
  const captures = globCaptures(glob, folded);
  if (captures === undefined || folded === original) return captures;
  let from = 0;
  return captures.map((capture, index) => {
    from += glob.pieces[index]?.length ?? 0;
    const spelled = original.slice(from, from + capture.length);
    from += capture.length;
    return spelled;
  });
}
