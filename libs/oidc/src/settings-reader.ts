import type { SettingsProblem, SettingsProblemCode } from './settings-problem.js';

const LONGEST = 2_048;

/** Reads unknown JSON member by member and remembers every problem instead of stopping at the first. */
export class SettingsReader {
  readonly problems: SettingsProblem[] = [];

  constructor(readonly input: Readonly<Record<string, unknown>>) {}

  problem(path: string, code: SettingsProblemCode, message: string): undefined {
    this.problems.push({ path, code, message });
    return undefined;
  }

  value(name: string): unknown {
    return Object.hasOwn(this.input, name) ? (this.input[name] ?? undefined) : undefined;
  }

  string(name: string): string | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : this.text(name, value);
  }

  required(name: string): string | undefined {
    if (this.value(name) !== undefined) return this.string(name);
    return this.problem(name, 'missing', `\`${name}\` is needed`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.problem(name, 'wrong-type', `\`${name}\` must be true or false`);
  }

  oneOf<T extends string>(
    name: string,
    choices: readonly T[],
    code: SettingsProblemCode = 'unknown-value',
  ): T | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    const choice = choices.find((known) => known === value);
    return choice ?? this.problem(name, code, `\`${name}\` must be one of ${choices.join(', ')}`);
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return this.problem(name, 'wrong-type', `\`${name}\` must be a list`);
    const read = value.map((item: unknown, index) => this.text(`${name}.${index}`, item));
    return read.every((item) => item !== undefined) ? read : undefined;
  }

  text(path: string, value: unknown): string | undefined {
    if (typeof value !== 'string') return this.problem(path, 'wrong-type', `\`${path}\` must be text`);
    if (value.trim() === '') return this.problem(path, 'empty', `\`${path}\` must not be empty`);
    if (value.length <= LONGEST) return value;
    return this.problem(path, 'too-long', `\`${path}\` must not be longer than ${LONGEST} characters`);
  }
}
