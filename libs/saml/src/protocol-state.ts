import { SamlError } from './saml-error.js';
import type { ProtocolState } from './sign-in.js';
import type { ResponseExpectations } from './verify-response.js';

interface PendingRequest {
  readonly connection: string;
  readonly relayState: string;
  readonly requestId: string;
  /** When a fresh authentication was asked for, in ms since the epoch. */
  readonly forcedAt?: number;
}

export function stateOf({ forcedAt, ...request }: PendingRequest): ProtocolState {
  return { ...request, ...(forcedAt !== undefined && { forcedAt: String(forcedAt) }) };
}

/** What the response must fit. A pending sign-in is of one connection and found by one RelayState only. */
export function expectationsOf(
  state: ProtocolState | undefined,
  connection: string,
  relayState: string | undefined,
): ResponseExpectations {
  if (state === undefined) return {};
  const { requestId, forcedAt } = state;
  if (state['connection'] !== connection)
    throw new SamlError('sign-in-unknown', 'the pending sign-in is of another connection');
  if (state['relayState'] !== relayState)
    throw new SamlError('sign-in-unknown', 'the pending sign-in has another RelayState');
  if (requestId === undefined || requestId === '')
    throw new SamlError('sign-in-unknown', 'the pending sign-in holds no request');
  return forcedAt === undefined ? { requestId } : { requestId, authenticatedSince: Number(forcedAt) };
}
