import { ServerResponse, type IncomingMessage } from 'node:http';
import type { ExecutionContext } from '@nestjs/common';
import { callKind, graphqlCall } from '../access/call-kind.js';

/** The HTTP request that a call came with, or over whose connection it came. */
export interface CallRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** A connection outlives its request, and no browser asks the site before it opens one from another. */
  readonly isConnection: boolean;
}

const HANDSHAKE = Symbol.for('idp-roles:handshake');

/**
 * Lets a gateway on `@nestjs/platform-ws` know who asks: the `ws` package tells the upgrade request to `handleConnection`
 * alone. Call it there with both arguments. With socket.io there is no need.
 */
export function keepHandshake(client: object, request: IncomingMessage): void {
  Object.defineProperty(client, HANDSHAKE, { value: request, configurable: true });
}

/** `undefined` where there is none, as with RPC. */
export function requestOf(context: ExecutionContext): CallRequest | undefined {
  switch (callKind(context)) {
    case 'http': {
      const http = context.switchToHttp();
      return called(http.getRequest<unknown>(), http.getResponse<unknown>());
    }
    case 'graphql':
      return ofGraphql(graphqlCall(context).context);
    case 'ws':
      return connected(handshakeOf(context.switchToWs().getClient<unknown>()));
    default:
      return undefined;
  }
}

function ofGraphql(context: unknown): CallRequest | undefined {
  const { req, request, reply, extra } = bag(context);
  const found = [req, request, bag(reply).request, bag(extra).request, bag(bag(req).extra).request].find(
    (candidate) => isRequest(rawOf(candidate)),
  );
  const raw = rawOf(found);
  if (!isRequest(raw)) return undefined;
  return raw.headers.upgrade === undefined ? called(found, bag(found).res) : connected(raw);
}

function handshakeOf(client: unknown): unknown {
  return (bag(client) as { [HANDSHAKE]?: unknown })[HANDSHAKE] ?? bag(client).request;
}

function called(given: unknown, response: unknown): CallRequest | undefined {
  const request = rawOf(given);
  if (!isRequest(request)) return undefined;
  const answer = rawOf(response);
  return {
    request,
    response: isResponse(answer) ? answer : new ServerResponse(request),
    isConnection: false,
  };
}

/** Every message gets a request of its own, so that its session is read anew; nothing is ever sent by this response. */
function connected(handshake: unknown): CallRequest | undefined {
  if (!isRequest(handshake)) return undefined;
  const request = Object.create(handshake) as IncomingMessage;
  return { request, response: new ServerResponse(request), isConnection: true };
}

/** Fastify keeps Node's own under `raw`. */
function rawOf(given: unknown): unknown {
  const { raw } = bag(given);
  return isRequest(raw) || isResponse(raw) ? raw : given;
}

function isRequest(found: unknown): found is IncomingMessage {
  return typeof bag(found).headers === 'object' && bag(found).headers !== null;
}

function isResponse(found: unknown): found is ServerResponse {
  return typeof bag(found).writeHead === 'function';
}

function bag(found: unknown): Record<string, unknown> {
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}
