import type { ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PrincipalProvider, type Principal } from '../access/principal-provider.js';
import type { CurrentMember } from './current-member.js';

/** Who asks, by our own session cookie. Where a host has its own sessions or tokens, it provides another (A11). */
export class SessionPrincipalProvider extends PrincipalProvider {
  constructor(private readonly current: CurrentMember) {
    super();
  }

  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    if (context.getType() !== 'http') return undefined;
    const http = context.switchToHttp();
    const principal = await this.current.principal(http.getRequest<Request>(), http.getResponse<Response>());
    if (!principal) return undefined;
    const { organization, member, id, beganAt } = principal;
    return { organization, member, session: { id, beganAt } };
  }
}
