import { validateSync, type ValidationError } from 'class-validator';
import { nestedOf } from './nested.js';
import { isJsonObject } from './record.js';

export interface RequestProblem {
  /** Joined by dots: `saml.certificates`, `also.0.claim`; empty for the whole. */
  readonly path: string;
  readonly code: 'required' | 'unknown-property' | 'mistyped';
  readonly message: string;
}

type Dto<T> = new () => T;

/**
 * A value of unknown shape as a DTO, or everything that is wrong with it. Written by hand rather than by
 * class-transformer: that walks free values without a bound and calls their `constructor` property.
 */
export function readDto<T extends object>(dto: Dto<T>, value: unknown): T | readonly RequestProblem[] {
  if (!isJsonObject(value)) return [{ path: '', code: 'mistyped', message: 'must be an object' }];
  const reserved: RequestProblem[] = [];
  const read = instantiate(dto, value, '', reserved);
  const errors = validateSync(read, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false },
  });
  const problems = [...reserved, ...errors.flatMap((error) => problemsOf(error, ''))];
  return problems.length > 0 ? problems : read;
}

/** Reserved names would change how the instance itself is read; no DTO has them, so each is reported. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** Holds what was given and nothing else: a field that was left out is no property. */
function instantiate<T extends object>(
  dto: Dto<T>,
  value: object,
  at: string,
  problems: RequestProblem[],
): T {
  const instance = new dto();
  for (const declared of Object.keys(instance)) Reflect.deleteProperty(instance, declared);
  for (const [name, part] of Object.entries(value)) {
    const path = join(at, name);
    if (RESERVED.has(name)) problems.push(unknownProperty(path));
    else Object.assign(instance, { [name]: instantiatePart(dto, name, part, path, problems) });
  }
  return instance;
}

function instantiatePart(
  dto: Dto<object>,
  name: string,
  part: unknown,
  path: string,
  problems: RequestProblem[],
): unknown {
  const declared = nestedOf(dto.prototype as object, name);
  if (!declared) return part;
  const read = (element: unknown, elementPath: string) =>
    isJsonObject(element) ? instantiate(declared.dto(), element, elementPath, problems) : MISSHAPEN;
  if (!declared.list) return part === null ? null : read(part, path);
  return Array.isArray(part) ? part.map((element, index) => read(element, `${path}.${index}`)) : MISSHAPEN;
}

/** Stands for what cannot be a nested DTO: class-validator would take an array for an object. */
const MISSHAPEN = 'misshapen';

function problemsOf(error: ValidationError, at: string): RequestProblem[] {
  const path = join(at, error.property);
  const own = Object.entries(error.constraints ?? {}).map(([constraint, message]): RequestProblem => {
    if (constraint === 'whitelistValidation') return unknownProperty(path);
    if (error.value === undefined)
      return { path, code: 'required', message: `${error.property} is required` };
    return { path, code: 'mistyped', message };
  });
  return [...own, ...(error.children ?? []).flatMap((child) => problemsOf(child, path))];
}

function unknownProperty(path: string): RequestProblem {
  return { path, code: 'unknown-property', message: 'there is no such property here; remove it' };
}

function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
