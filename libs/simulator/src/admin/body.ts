import type { Request } from 'express';
import { SimulatorError } from '../error.js';
import type { PushMode } from '../scim/provisioning.js';

/** @throws SimulatorError `body-invalid` unless the body is a JSON object */
export function objectBody(request: Request): Record<string, unknown> {
  const body: unknown = request.body;
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw new SimulatorError('body-invalid', 'the body must be a JSON object');
}

/** A form's field as sent; undefined where it was left empty or sent more than once. */
export function field(request: Request, name: string): string | undefined {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function fields(request: Request, name: string): string[] {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((entry): entry is string => typeof entry === 'string' && entry !== '');
}

/** `push=now` in the query of a program, or the field of a form. */
export function pushMode(request: Request): PushMode {
  return request.query.push === 'now' || field(request, 'push') === 'now' ? 'now' : 'automatic';
}
