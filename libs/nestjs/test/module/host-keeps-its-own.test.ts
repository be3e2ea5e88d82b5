import {
  Body,
  Controller,
  Get,
  Injectable,
  Post,
  Req,
  SetMetadata,
  ValidationPipe,
  VersioningType,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Simulator } from '@idp-roles/simulator';
import { IsString } from 'class-validator';
import type { Request } from 'express';
import session from 'express-session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../src/index.js';
import { Browser } from '../sign-in/browser.js';
import {
  access,
  connectAcme,
  SERVICE_KEY,
  startHost,
  startIdp,
  type HostApp,
  type Tenant,
} from '../sign-in/host-app.js';

const { RequireRole } = createAccess(access);
const HostPublic = () => SetMetadata('host:public', true);

class Note {
  @IsString() text!: string;
}

@Controller({ path: 'notes', version: '1' })
class NotesController {
  @Post()
  @HostPublic()
  write(@Body() note: Note, @Req() request: Request & { session: session.Session & { count?: number } }) {
    request.session.count = (request.session.count ?? 0) + 1;
    return { note, isNote: note instanceof Note, count: request.session.count };
  }

  @Get('mine')
  @HostPublic()
  @RequireRole('org-member')
  mine(
    @Req()
    request: Request & {
      session: session.Session & { count?: number };
      user?: unknown;
      isAuthenticated?: unknown;
    },
  ) {
    return {
      count: request.session.count ?? 0,
      session: Object.keys(request.session).filter((key) => key !== 'cookie'),
      passport: [typeof request.user, typeof request.isAuthenticated],
    };
  }
}

@Injectable()
class HostGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}
  canActivate(context: ExecutionContext): boolean {
    return (
      this.reflector.getAllAndOverride<boolean>('host:public', [context.getHandler(), context.getClass()]) ===
      true
    );
  }
}

describe('a host with its own session, parsers, prefix, versions, pipes and guards', () => {
  let host: HostApp;
  let idp: Simulator;
  let acme: Tenant;

  beforeAll(async () => {
    idp = await startIdp();
    host = await startHost({
      shape: { prefix: 'identity', controllerDecorators: [HostPublic() as ClassDecorator] },
      controllers: [NotesController],
      providers: [{ provide: APP_GUARD, useClass: HostGuard }],
      configure: (app: NestExpressApplication) => {
        app.use(
          session({ secret: 'the host’s own', resave: false, saveUninitialized: false, name: 'host.sid' }),
        );
        app.useBodyParser('json', { limit: '200b' });
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI });
        app.useGlobalPipes(
          new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
        );
      },
    });
    acme = await connectAcme(host, idp);
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  const base = () => `${host.url}/api/identity`;

  it.each(['oidc', 'saml'] as const)(
    'L6: signs in by %s under both prefixes, and its sessions stay apart from the host’s',
    async (protocol) => {
      const alice = new Browser();
      const write = () =>
        alice.fetch(`${host.url}/api/v1/notes`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ text: 'hello' }),
        });
      expect(await (await write()).json()).toEqual({ note: { text: 'hello' }, isNote: true, count: 1 });
      const answer = await alice.signIn(base(), acme[protocol], idp, 'alice', '/api/v1/notes/mine');
      expect(answer.status, await answer.clone().text()).toBe(303);
      expect(await (await write()).json()).toMatchObject({ count: 2 });
      expect(await (await alice.get(`${host.url}/api/v1/notes/mine`)).json()).toEqual({
        count: 2,
        session: ['count'],
        passport: ['undefined', 'undefined'],
      });
      expect([...alice.cookies.keys()].toSorted()).toEqual(['host.sid', 'idp-roles']);

      await alice.fetch(`${base()}/sso/logout`, { method: 'POST' });
      expect((await alice.get(`${host.url}/api/v1/notes/mine`)).status).toBe(401);
      expect(await (await write()).json()).toMatchObject({ count: 3 });
    },
  );

  it('keeps the host’s limits on its own routes, and ours on ours', async () => {
    const big = JSON.stringify({ text: 'x'.repeat(300) });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${host.url}/api/v1/notes`, { method: 'POST', headers, body: big })).status).toBe(
      413,
    );
    const made = await fetch(`${base()}/idp-roles/v1/organizations`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${SERVICE_KEY}` },
      body: JSON.stringify({
        name: 'N'.repeat(150),
        domains: ['a-rather-long-domain-name-of-some-length.test'],
      }),
    });
    expect(made.status, await made.clone().text()).toBe(201);
  });

  it('keeps the host’s pipes on its own routes', async () => {
    const answer = await fetch(`${host.url}/api/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'a', more: 1 }),
    });
    expect(answer.status).toBe(400);
  });
});
