export interface Token {
  /** `word`: a name, an operator, or what only the parser knows; `literal`: text or number, already read. */
  readonly kind: 'word' | 'literal' | '(' | ')' | '[' | ']' | 'end';
  readonly text: string;
  readonly value?: string | number;
  readonly at: number;
}

/** Linear: each alternative begins with another character, and none can match in two ways. */
const token =
  /[ \t]+|(?<bracket>[()[\]])|(?<quoted>"(?:[^"\\]|\\.)*")|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w:.-])|(?<word>[A-Za-z0-9_$:.%+/~-]+)/suy;

/** Undefined where something is no token. Texts are JSON's, escapes and all (RFC 7644, section 3.4.2.2: `compValue`). */
export function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) return undefined;
    const { bracket, quoted, number, word } = match.groups ?? {};
    if (bracket !== undefined) tokens.push({ kind: bracket as '(' | ')' | '[' | ']', text: bracket, at });
    else if (quoted !== undefined) {
      const value = jsonText(quoted);
      if (value === undefined) return undefined;
      tokens.push({ kind: 'literal', text: quoted, value, at });
    } else if (number !== undefined) {
      tokens.push({ kind: 'literal', text: number, value: Number(number), at });
    } else if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    at = token.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function jsonText(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
