import { HttpException, type ExecutionContext } from '@nestjs/common';
import { isResourceId } from '@idp-roles/mapping';
import type { Binding } from './binding.js';

/**
 * The one id that an HTTP request binds; `undefined` where it is missing, empty, given twice, not a text, or longer than
 * 256 characters. Reads own properties only.
 */
export async function boundId(binding: Binding, context: ExecutionContext): Promise<string | undefined> {
  const id = binding.from ? await askHost(binding.from, context) : readRequest(binding, context);
  return isResourceId(id) ? id : undefined;
}

/** A host's function that fails on a request has found no id; an `HttpException` of its own is its answer. */
async function askHost(from: NonNullable<Binding['from']>, context: ExecutionContext): Promise<unknown> {
  try {
    return await from(context);
  } catch (error) {
    if (error instanceof HttpException) throw error;
    return undefined;
  }
}

function readRequest(binding: Binding, context: ExecutionContext): unknown {
  const request = context.switchToHttp().getRequest<Partial<Record<'params' | 'query' | 'body', unknown>>>();
  if (binding.param !== undefined) return ownProperty(request.params, binding.param);
  if (binding.query !== undefined) return ownProperty(request.query, binding.query);
  if (binding.body !== undefined) return ownProperty(request.body, binding.body);
  return undefined;
}

function ownProperty(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name)) return undefined;
  return (holder as Record<string, unknown>)[name];
}
