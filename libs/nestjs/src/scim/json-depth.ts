const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[` and `{`, and `]` and `}`, differ in this bit only. */
const CURLY = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether arrays and objects stand in each other deeper than `limit`, seen from the bytes alone: what is too deep is never parsed. */
export function isDeeperThan(limit: number, json: Uint8Array): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) at += byte === BACKSLASH ? 1 : 0;
    else if ((byte | CURLY) === OPEN && ++depth > limit) return true;
    else if ((byte | CURLY) === CLOSE) depth--;
  }
  return false;
}
