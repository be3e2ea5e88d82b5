import type { ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PrincipalProvider, type Principal } from '../access/principal-provider.js';
import type { CurrentMember } from './current-member.js';
import { requestOf } from './request-of.js';
import { isSameOrigin } from './same-origin.js';

/**
 * Who asks, by our own session cookie: of the request, under GraphQL too, or of the handshake that opened a gateway's
 * connection. Where a host has its own sessions or tokens, it provides another (A11).
 */
export class SessionPrincipalProvider extends PrincipalProvider {
  constructor(
    private readonly current: CurrentMember,
    private readonly publicUrl: string,
  ) {
    super();
  }

  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    const call = requestOf(context);
    if (!call || (call.isConnection && !isSameOrigin(call.request, this.publicUrl))) return undefined;
    const principal = await this.current.principal(call.request as Request, call.response as Response);
    if (!principal) return undefined;
    const { organization, member, id, beganAt } = principal;
    return { organization, member, session: { id, beganAt } };
  }
}
