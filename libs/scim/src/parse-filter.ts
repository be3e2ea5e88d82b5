import { isCompareOperator, type Filter, type Literal } from './filter.js';
import { tokensOf, type Token } from './filter-tokens.js';
import { limits } from './limits.js';
import { quote, ScimError } from './scim-error.js';

/** RFC 7644, section 3.4.2.2. Throws `invalidFilter`, whatever the text; bounded in length and depth, so in time. */
export function parseFilter(text: string): Filter {
  const parser = new FilterParser(text, 'invalidFilter');
  const filter = parser.filter();
  parser.end();
  return filter;
}

/** `emails`, `name.givenName`, `emails[type eq "work"]`, `emails[type eq "work"].value`, with or without a schema's URI. */
export interface WrittenPath {
  readonly attribute: string;
  readonly filter?: Filter;
  /** After a filter in brackets. */
  readonly subAttribute?: string;
}

/** RFC 7644, figure 7. Throws `invalidPath`; `invalidFilter` for what stands in brackets. */
export function parsePath(text: string): WrittenPath {
  const parser = new FilterParser(text, 'invalidPath');
  const path = parser.path();
  parser.end();
  return path;
}

/**
 * The grammar by recursive descent: `not` binds before `and`, `and` before `or`; operators in any letter case. scim2-parse-filter
 * is not used: `docs/adr/0007-scim-grammar-and-patch.md`.
 */
class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  #failure: 'invalidFilter' | 'invalidPath';
  #next = 0;
  #depth = 0;

  constructor(text: string, failure: 'invalidFilter' | 'invalidPath') {
    this.#text = text;
    this.#failure = failure;
    if (text.length > limits.filterLength) {
      throw new ScimError(400, failure, `a filter or path has at most ${limits.filterLength} characters`);
    }
    this.#tokens = tokensOf(text) ?? this.#refuse();
  }

  filter(): Filter {
    if (++this.#depth > limits.filterDepth) {
      throw new ScimError(400, this.#failure, `a filter is nested at most ${limits.filterDepth} deep`);
    }
    const filter = this.#joined('or', () => this.#joined('and', () => this.#term()));
    this.#depth--;
    return filter;
  }

  path(): WrittenPath {
    const attribute = this.#take('word').text;
    if (this.#peek().kind !== '[') return { attribute };
    const filter = this.#inBrackets();
    const subAttribute = this.#subAttribute();
    return { attribute, filter, ...(subAttribute === undefined ? {} : { subAttribute }) };
  }

  end(): void {
    if (this.#peek().kind !== 'end') this.#refuse();
  }

  #joined(op: 'and' | 'or', operand: () => Filter): Filter {
    const filters = [operand()];
    while (this.#isWord(op)) {
      this.#next++;
      filters.push(operand());
    }
    return filters.length === 1 ? filters[0]! : { op, filters };
  }

  #term(): Filter {
    if (this.#peek().kind === '(') return this.#inParentheses();
    if (this.#isWord('not')) {
      this.#next++;
      return { op: 'not', filter: this.#inParentheses() };
    }
    const attribute = this.#take('word').text;
    if (this.#peek().kind !== '[') return this.#comparison(attribute);
    const filter = this.#inBrackets();
    const subAttribute = this.#subAttribute();
    if (subAttribute === undefined) return { op: 'some', attribute, filter };
    // Not in the RFC's grammar; Entra asks so: test/idps/entra/filter-emails-work.json
    return {
      op: 'some',
      attribute,
      filter: { op: 'and', filters: [filter, this.#comparison(subAttribute)] },
    };
  }

  #comparison(attribute: string): Filter {
    const op = this.#take('word').text.toLowerCase();
    if (op === 'pr') return { op, attribute };
    if (!isCompareOperator(op)) return this.#refuse(-1);
    return { op, attribute, value: this.#literal() };
  }

  #literal(): Literal {
    const { kind, text, value } = this.#peek();
    this.#next++;
    if (kind === 'literal') return value!;
    const word = kind === 'word' ? text.toLowerCase() : '';
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    return this.#refuse(-1);
  }

  #inParentheses(): Filter {
    this.#take('(');
    const filter = this.filter();
    this.#take(')');
    return filter;
  }

  #inBrackets(): Filter {
    this.#take('[');
    const outside = this.#failure;
    this.#failure = 'invalidFilter';
    const filter = this.filter();
    this.#take(']');
    this.#failure = outside;
    return filter;
  }

  /** `.value`, with nothing between it and the bracket before it. */
  #subAttribute(): string | undefined {
    const { kind, text, at } = this.#peek();
    if (kind !== 'word' || !text.startsWith('.')) return undefined;
    if (at !== this.#tokens[this.#next - 1]!.at + 1) return this.#refuse();
    this.#next++;
    return text.slice(1);
  }

  #isWord(word: string): boolean {
    const { kind, text } = this.#peek();
    return kind === 'word' && text.toLowerCase() === word;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: this.#text.length };
  }

  #take(kind: Token['kind']): Token {
    const taken = this.#peek();
    if (taken.kind !== kind) this.#refuse();
    this.#next++;
    return taken;
  }

  #refuse(step = 0): never {
    const token = this.#tokens?.[this.#next + step];
    const where = token === undefined || token.kind === 'end' ? '' : ` at ${quote(token.text)}`;
    const what = this.#failure === 'invalidFilter' ? 'filter' : 'path';
    throw new ScimError(400, this.#failure, `the ${what} ${quote(this.#text)} is not understood${where}`);
  }
}
