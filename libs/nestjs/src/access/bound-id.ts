import type { ExecutionContext } from '@nestjs/common';
import { isResourceId } from '@idp-roles/mapping';
import type { Binding } from './binding.js';
import { callKind, graphqlCall } from './call-kind.js';
import { isAnswer } from './denial.js';

/**
 * The one id that a call binds; `undefined` where it is missing, empty, given twice, not a text (a number is none), longer
 * than 256 characters, or bound to what this kind of call does not have. Reads own properties only.
 */
export async function boundId(binding: Binding, context: ExecutionContext): Promise<string | undefined> {
  const id = binding.from ? await askHost(binding.from, context) : readCall(binding, context);
  return isResourceId(id) ? id : undefined;
}

/** A host's function that fails on a call has found no id; an exception that Nest answers with is its answer. */
async function askHost(from: NonNullable<Binding['from']>, context: ExecutionContext): Promise<unknown> {
  try {
    return await from(context);
  } catch (error) {
    if (isAnswer(error)) throw error;
    return undefined;
  }
}

function readCall(binding: Binding, context: ExecutionContext): unknown {
  switch (callKind(context)) {
    case 'http':
      return readRequest(binding, context);
    case 'graphql':
      return ownProperty(graphqlCall(context).args, binding.args);
    case 'ws':
      return ownProperty(context.switchToWs().getData<unknown>(), binding.payload);
    case 'rpc':
      return ownProperty(context.switchToRpc().getData<unknown>(), binding.payload);
    case undefined:
      return undefined;
  }
}

function readRequest({ param, query, body }: Binding, context: ExecutionContext): unknown {
  const request = context.switchToHttp().getRequest<Partial<Record<'params' | 'query' | 'body', unknown>>>();
  if (param !== undefined) return ownProperty(request.params, param);
  if (query !== undefined) return ownProperty(request.query, query);
  return ownProperty(request.body, body);
}

function ownProperty(holder: unknown, name: string | undefined): unknown {
  if (name === undefined || typeof holder !== 'object' || holder === null) return undefined;
  return Object.hasOwn(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}
