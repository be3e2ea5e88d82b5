import { Body, Controller, Get, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import { emailDomain } from '@idp-roles/mapping';
import type { Request, Response } from 'express';
import { Public } from '../access/declaration.js';
import { ProblemError } from '../admin/problem/problem-error.js';
import { ProblemFilter } from '../admin/problem/problem.filter.js';
import { CurrentMember } from '../sessions/current-member.js';
import { UseCases } from '../use-cases.js';
import { SignInUrls } from './sign-in-urls.js';

/** `GET /sso/session`, `POST /sso/discover` (L6). Mounted under `<prefix>/sso`. A store that is away is a 503 (D6). */
@Controller()
@Public()
@UseFilters(ProblemFilter)
export class SessionController {
  constructor(
    private readonly current: CurrentMember,
    private readonly useCases: UseCases,
    private readonly urls: SignInUrls,
  ) {}

  /** Who is signed in, with roles as they are now; 401 where nobody is. */
  @Get('session')
  async session(@Req() request: Request, @Res() response: Response): Promise<void> {
    response.setHeader('cache-control', 'no-store');
    const now = await this.current.describe(request, response);
    if (!now) throw new ProblemError(401, 'not-signed-in', 'nobody is signed in');
    response.json(now);
  }

  /** Where people of an e-mail's domain sign in: by the domain alone, so it tells nothing about the person. */
  @Post('discover')
  @HttpCode(200)
  async discover(@Body() body: unknown, @Res() response: Response): Promise<void> {
    const email =
      body !== null && typeof body === 'object' ? (body as Record<string, unknown>)['email'] : undefined;
    const domain = typeof email === 'string' ? emailDomain(email) : undefined;
    if (domain === undefined) {
      throw new ProblemError(400, 'email-invalid', 'send `{"email": "someone@example.com"}`');
    }
    const { organizations, connections } = this.useCases.context.store.read;
    const organization = await organizations.ownerOf(domain);
    const all = organization === undefined ? [] : await connections.all(organization);
    const active = all.filter(({ state }) => state === 'active');
    response.json({
      connections: active.map(({ id, name, protocol }) => ({
        id,
        name,
        protocol,
        loginUrl: this.urls.loginUrl(id),
      })),
    });
  }
}
