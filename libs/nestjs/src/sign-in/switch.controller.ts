import { Body, Controller, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import { organizationOf, type Connection } from '@idp-roles/store';
import type { Request, Response } from 'express';
import { Public } from '../access/declaration.js';
import { ProblemError } from '../admin/problem/problem-error.js';
import { ProblemFilter } from '../admin/problem/problem.filter.js';
import { CurrentMember } from '../sessions/current-member.js';
import { isSameOrigin } from '../sessions/same-origin.js';
import { UseCases } from '../use-cases.js';
import { safeReturnTo } from './return-to.js';
import { SignInUrls } from './sign-in-urls.js';

/**
 * `POST /sso/switch` (L6, L8): another organization is signed in to through its own connection, and this answers where. It changes
 * nothing, looks at no member, and says of an organization no more than the way in.
 */
@Controller()
@Public()
@UseFilters(ProblemFilter)
export class SwitchController {
  constructor(
    private readonly current: CurrentMember,
    private readonly useCases: UseCases,
    private readonly urls: SignInUrls,
  ) {}

  /** A page gets a redirect, a script `{ loginUrl }`. */
  @Post('switch')
  @HttpCode(200)
  async switch(@Body() body: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (!isSameOrigin(request, this.urls.base)) {
      throw new ProblemError(403, 'origin-foreign', 'this request comes from another site');
    }
    if (!(await this.current.principal(request, response))) {
      throw new ProblemError(401, 'not-signed-in', 'nobody is signed in');
    }
    const { connection, organization, returnTo } = fieldsOf(body);
    const path = safeReturnTo(returnTo, this.urls.base);
    if (path === undefined) {
      throw new ProblemError(400, 'return-to-foreign', 'the address to return to is not on this site');
    }
    const { id } = await this.#wayIn(connection, organization);
    const loginUrl = `${this.urls.loginUrl(id)}?returnTo=${encodeURIComponent(path)}`;
    response.setHeader('cache-control', 'no-store');
    if (request.accepts(['json', 'html']) === 'html') response.redirect(303, loginUrl);
    else response.json({ loginUrl });
  }

  async #wayIn(connection: string | undefined, organization: string | undefined): Promise<Connection> {
    const { connections } = this.useCases.context.store.read;
    if ((connection === undefined) === (organization === undefined)) {
      throw new ProblemError(400, 'invalid', 'send `connection` or `organization`, one of the two');
    }
    const owner = connection === undefined ? organization : organizationOf(connection);
    const all = owner === undefined ? [] : await connections.all(owner);
    const active = all.filter(
      ({ id, state }) => state === 'active' && (connection === undefined || id === connection),
    );
    const [only, ...rest] = active;
    // One answer for what is not there and what is switched off.
    if (only === undefined) throw new ProblemError(404, 'connection-not-found', 'there is no such way in');
    if (rest.length === 0) return only;
    const ways = active.map(({ id, name }) => ({
      path: 'connection',
      code: 'choice',
      message: `\`${id}\` is ${name}`,
    }));
    throw new ProblemError(
      409,
      'connection-ambiguous',
      'the organization has several ways in; name the connection',
      ways,
    );
  }
}

function fieldsOf(body: unknown) {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { connection, organization, returnTo } = given;
  return {
    connection: textOf(connection, 'connection'),
    organization: textOf(organization, 'organization'),
    returnTo,
  };
}

function textOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && value.length <= 200) return value;
  throw new ProblemError(400, 'invalid', `\`${field}\` must be an id`);
}
