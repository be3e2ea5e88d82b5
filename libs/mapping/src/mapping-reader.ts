import { isWellFormedText } from './claim-values.js';
import { roleMappingLimits } from './limits.js';
import type { MappingProblem, MappingProblemCode } from './mapping-problem.js';

/** Reads unknown values and collects what is wrong with them. Each method answers `undefined` after noting a problem. */
export class MappingReader {
  readonly problems: MappingProblem[] = [];

  add(path: string, code: MappingProblemCode, message: string): undefined {
    this.problems.push({ path, code, message });
    return undefined;
  }

  record(value: unknown, path: string, fields: ReadonlySet<string>): Record<string, unknown> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.add(
        path,
        'not-an-object',
        path === '' ? 'a mapping is an object' : `\`${path}\` is an object`,
      );
    }
    const own = new Map<string, unknown>(Object.entries(value));
    for (const name of own.keys()) {
      if (fields.has(name)) continue;
      const at = path === '' ? name : `${path}.${name}`;
      this.add(
        at.slice(0, 200),
        'unknown-field',
        `\`${name.slice(0, 100)}\` is no field here; correct its spelling or leave it out`,
      );
    }
    return Object.fromEntries([...own].filter(([name]) => fields.has(name)));
  }

  /** A text that must be there and say something. */
  text(value: unknown, path: string, longest: number): string | undefined {
    if (value === undefined) return this.add(path, 'required', `\`${path}\` is missing`);
    const text = this.note(value, path, longest);
    return text === '' ? this.add(path, 'empty', `\`${path}\` is empty`) : text;
  }

  /** A text that may be empty. */
  note(value: unknown, path: string, longest: number = roleMappingLimits.text): string | undefined {
    if (typeof value !== 'string') return this.add(path, 'wrong-type', `\`${path}\` is a text`);
    if (value.length > longest)
      return this.add(path, 'too-long', `\`${path}\` has at most ${longest} characters`);
    if (!isWellFormedText(value)) {
      return this.add(path, 'ill-formed-text', `\`${path}\` holds a NUL or half a character; remove it`);
    }
    return value;
  }

  flag(value: unknown, path: string): boolean | undefined {
    if (value === undefined || typeof value === 'boolean') return value;
    return this.add(path, 'wrong-type', `\`${path}\` is true or false`);
  }
}
