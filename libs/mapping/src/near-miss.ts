import { captured, compileCondition, type CompiledCondition } from './condition.js';
import { emailDomain } from './domain.js';
import type { Entry } from './entry.js';
import type { WhyNotCode } from './evaluation.js';

type MismatchCode = Extract<WhyNotCode, `${string}-mismatch`>;

export interface NearMiss {
  readonly code: MismatchCode;
  /** The value that would match if that one thing were different. */
  readonly nearly?: string;
}

type Leniency = (text: string) => string;

const asIs: Leniency = (text) => text;
const squeezed: Leniency = (text) => text.trim().replace(/\s+/g, ' ');
const withoutSlash: Leniency = (text) => (text.startsWith('/') ? text.slice(1) : text);

/** One thing overlooked at a time, then all of them together: what is told first is the smallest repair. */
const attempts: readonly { code: MismatchCode; anyCase: boolean; text: Leniency }[] = [
  { code: 'case-mismatch', anyCase: true, text: asIs },
  { code: 'whitespace-mismatch', anyCase: false, text: squeezed },
  { code: 'path-mismatch', anyCase: false, text: withoutSlash },
  { code: 'whitespace-mismatch', anyCase: true, text: squeezed },
  { code: 'path-mismatch', anyCase: true, text: withoutSlash },
  { code: 'path-mismatch', anyCase: true, text: (text) => withoutSlash(squeezed(text)) },
];

/** Why none of the values met the mapping's own condition. */
export function nearMiss({ main, mapping }: Entry, values: readonly string[]): NearMiss {
  if (main.match === 'email-domain') return nearDomain(main, values);
  for (const { code, anyCase, text } of attempts) {
    const lenient = compileCondition({
      ...main.condition,
      match: main.match,
      caseInsensitive: anyCase || main.anyCase,
      ...(main.condition.value !== undefined && { value: text(main.condition.value) }),
    });
    const nearly = values.find((value) => captured(lenient, text(value)) !== undefined);
    if (nearly !== undefined) return { code, nearly };
  }
  if (mapping.split !== undefined) return { code: 'value-mismatch' };
  const joined = values.find((value) =>
    value.split(/[,;]/).some((piece, _, all) => all.length > 1 && captured(main, piece.trim()) !== undefined),
  );
  return joined === undefined ? { code: 'value-mismatch' } : { code: 'value-mismatch', nearly: joined };
}

function nearDomain({ needle, condition }: CompiledCondition, values: readonly string[]): NearMiss {
  const wanted = needle ?? condition.value ?? '';
  const trimmed = values.find((value) => emailDomain(value.trim()) === wanted);
  if (trimmed !== undefined) return { code: 'whitespace-mismatch', nearly: trimmed };
  const below = values.find((value) => emailDomain(value)?.endsWith(`.${wanted}`) === true);
  return below === undefined ? { code: 'value-mismatch' } : { code: 'value-mismatch', nearly: below };
}
