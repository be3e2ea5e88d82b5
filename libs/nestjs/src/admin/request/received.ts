import { createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import { ProblemError } from '../problem/problem-error.js';
import { readDto } from './read-dto.js';

/**
 * The type that a checked parameter has. Used with `import type`, it leaves `Object` in the metadata: pipes of the
 * host, which run first, then find no class to judge by their own rules.
 */
export type Received<T> = T;

type Dto<T> = new () => T;

class DtoPipe<T extends object> implements PipeTransform<unknown, T> {
  constructor(
    private readonly dto: Dto<T>,
    private readonly what: 'body' | 'query',
  ) {}

  transform(value: unknown): T {
    const read = readDto(this.dto, value);
    if (!Array.isArray(read)) return read as T;
    throw new ProblemError(400, `${this.what}-invalid`, `the ${this.what} has ${count(read.length)}`, read);
  }
}

function count(problems: number): string {
  return problems === 1 ? 'a problem' : `${problems} problems`;
}

interface Carried {
  readonly body?: unknown;
  readonly query?: unknown;
}

const body = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<Carried>().body;
});
const bodyIfAny = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<Carried>().body ?? {};
});
const query = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return { ...(context.switchToHttp().getRequest<Carried>().query as object) };
});

/** The JSON body as `dto`: all problems at once, unknown properties among them, are a 400. */
export function ReceivedBody<T extends object>(dto: Dto<T>): ParameterDecorator {
  return body(new DtoPipe(dto, 'body'));
}

/** As `ReceivedBody`, and a request without one counts as `{}`. */
export function ReceivedBodyIfAny<T extends object>(dto: Dto<T>): ParameterDecorator {
  return bodyIfAny(new DtoPipe(dto, 'body'));
}

/** The query as `dto`; a parameter that is given twice is no text and so a 400. */
export function ReceivedQuery<T extends object>(dto: Dto<T>): ParameterDecorator {
  return query(new DtoPipe(dto, 'query'));
}
