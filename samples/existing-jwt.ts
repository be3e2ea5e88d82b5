/**
 * A host with tokens of its own. Its gateway signs people in at their IdP and hands the app a signed JWT with what the
 * IdP said. The app changes that once, at `POST /login`, for a token of its own; guards read it on every request.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  Body,
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  UnauthorizedException,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  createAccess,
  defineAccess,
  IdpRolesModule,
  PrincipalProvider,
  RoleMappingService,
  setupIdpRoles,
  type Principal,
} from '@idp-roles/nestjs';
import { jwtVerify, SignJWT } from 'jose';

const access = defineAccess({
  resources: { project: { parent: 'organization' } },
  roles: {
    'org-member': { permissions: ['project:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});
const { RequirePermission, Public } = createAccess(access);

export const gatewayKey = new TextEncoder().encode('the key that gateway and app share, 32 characters');
const ownKey = new TextEncoder().encode('the key of the app’s own tokens, 32 characters');

@Injectable()
class Tokens {
  /** `organization` and `member` are ids of the library's. No roles: they would be out of date. */
  issue(organization: string, member: string): Promise<string> {
    return new SignJWT({ organization })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(member)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(ownKey);
  }

  async read(token: string) {
    const { payload } = await jwtVerify(token, ownKey, { algorithms: ['HS256'] });
    return payload;
  }
}

@Module({ providers: [Tokens], exports: [Tokens] })
class TokensModule {}

/** Reads the token by itself: no other guard need have run. */
@Injectable()
class TokenPrincipalProvider extends PrincipalProvider {
  constructor(private readonly tokens: Tokens) {
    super();
  }

  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    const { headers } = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>();
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const claims = await this.tokens.read(token).catch(() => undefined);
    const { organization, sub: member, jti = '', iat = 0 } = claims ?? {};
    if (typeof organization !== 'string' || member === undefined) return undefined;
    // With `beganAt`, a deactivation ends this token too, also after the member is active again.
    const id = createHash('sha256').update(jti).digest('base64url');
    return { organization, member, session: { id, beganAt: iat * 1000 } };
  }
}

@Controller()
class AppController {
  constructor(
    private readonly roleMapping: RoleMappingService,
    private readonly tokens: Tokens,
  ) {}

  @Post('login')
  @Public()
  async login(@Body() { token, connection }: { token: string; connection: string }) {
    const { payload } = await jwtVerify(token, gatewayKey, {
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'jti', 'exp'],
    }).catch(() => {
      throw new UnauthorizedException('the gateway’s token is not valid');
    });
    const outcome = await this.roleMapping.signIn({
      connection,
      subject: payload.sub!,
      claims: payload,
      replayKey: { id: payload.jti!, expiresAt: payload.exp! * 1000 },
    });
    if (outcome.outcome === 'refused') {
      const { code, message } = outcome;
      throw new ForbiddenException({ statusCode: 403, code, message });
    }
    return { token: await this.tokens.issue(outcome.organization.id, outcome.member.id) };
  }

  @Get('projects/:projectId')
  @RequirePermission('project:view', { param: 'projectId' })
  show(@Param('projectId') id: string) {
    return { id };
  }
}

export async function createApp(folder: string) {
  @Module({
    imports: [
      TokensModule,
      IdpRolesModule.forRootAsync({
        access,
        guard: 'global',
        principalProvider: TokenPrincipalProvider,
        // What the principal provider injects must be found from here.
        imports: [TokensModule],
        // The gateway signs people in, so our sign-in routes are not needed.
        controllers: ['admin'],
        useFactory: () => ({
          publicUrl: 'http://localhost:3000',
          store: { folder },
          secret: process.env['IDP_ROLES_SECRET'] ?? 'a development secret of 32+ characters',
        }),
      }),
    ],
    controllers: [AppController],
  })
  class AppModule {}

  return setupIdpRoles(
    await NestFactory.create(AppModule, { logger: ['warn', 'error'], abortOnError: false }),
  );
}
