/** Letters whose lower case depends on their neighbours or has another length. */
const special = /[\u0130\u03a3\u03c2]/;

/**
 * Simple case folding: locale-free and length-preserving, so positions in the result are positions in the input
 * (captures rely on it). Close to Unicode's CaseFolding.txt statuses C and S.
 */
export function foldCase(text: string): string {
  return special.test(text) ? Array.from(text, foldLetter).join('') : text.toLowerCase();
}

function foldLetter(letter: string): string {
  if (letter === '\u0130') return letter;
  return letter === '\u03a3' || letter === '\u03c2' ? '\u03c3' : letter.toLowerCase();
}
