import { HttpException } from '@nestjs/common';
import type { CallKind } from './call-kind.js';

type Wrapping = new (error: object) => Error;

/**
 * A refusal as this kind of call knows it: gateways answer with a `WsException`, microservices with an `RpcException`,
 * each with the same body and `code`, and the `HttpException` as its `cause`. HTTP and GraphQL keep the exception.
 */
export async function refusalIn(kind: CallKind, error: unknown): Promise<unknown> {
  if (!(error instanceof HttpException) || kind === 'http' || kind === 'graphql') return error;
  const Wrapped = await wrapping(kind);
  const body = error.getResponse();
  const wrapped = new Wrapped(typeof body === 'string' ? { status: error.getStatus(), detail: body } : body);
  wrapped.message = error.message;
  return Object.assign(wrapped, { cause: error, ...('code' in error && { code: error.code }) });
}

/** Loaded on the first refusal: a host without gateways has no such package. */
async function wrapping(kind: 'ws' | 'rpc'): Promise<Wrapping> {
  if (kind === 'ws') return (await import('@nestjs/websockets')).WsException;
  return (await import('@nestjs/microservices')).RpcException;
}
