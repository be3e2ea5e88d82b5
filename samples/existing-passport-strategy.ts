/**
 * A host with its own passport strategy, its own session and its own login route. Only two things are new: its verify
 * hook calls `RoleMappingService.signIn`, and a principal provider says who is asking.
 */
import {
  Controller,
  Get,
  Injectable,
  Module,
  Next,
  Param,
  Req,
  Res,
  type ExecutionContext,
  type INestApplication,
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
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import session from 'express-session';
import { allowInsecureRequests, discovery, enableNonRepudiationChecks } from 'openid-client';
import { Strategy, type VerifyFunction } from 'openid-client/passport';
import passport from 'passport';

const access = defineAccess({
  resources: { project: { parent: 'organization' } },
  roles: {
    'org-member': { permissions: ['project:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
  },
});
const { RequirePermission } = createAccess(access);

/** What the host keeps in its session of a person. No roles: they would be out of date. */
interface HostUser {
  readonly organization: string;
  readonly member: string;
  readonly signedInAt: number;
}

/** Middleware runs before guards, so `request.user` is there. */
@Injectable()
class PassportPrincipalProvider extends PrincipalProvider {
  async principal(context: ExecutionContext): Promise<Principal | undefined> {
    const request = context.switchToHttp().getRequest<{ user?: HostUser; sessionID: string }>();
    if (!request.user) return undefined;
    const { organization, member, signedInAt } = request.user;
    return { organization, member, session: { id: request.sessionID, beganAt: signedInAt } };
  }
}

/** The host's own login, as it was before. */
@Controller('login')
class LoginController {
  @Get(['', 'callback'])
  login(@Req() request: Request, @Res() response: Response, @Next() next: NextFunction) {
    (passport.authenticate('customer', { successRedirect: '/' }) as RequestHandler)(request, response, next);
  }
}

@Controller('projects')
class ProjectsController {
  @Get(':projectId')
  @RequirePermission('project:view', { param: 'projectId' })
  show(@Param('projectId') id: string) {
    return { id };
  }
}

export interface HostSettings {
  readonly url: string;
  readonly folder: string;
}

export async function createApp({ url, folder }: HostSettings) {
  @Module({
    imports: [
      IdpRolesModule.forRoot({
        access,
        principalProvider: PassportPrincipalProvider,
        controllers: ['admin'],
        publicUrl: url,
        store: { folder },
        secret: process.env['IDP_ROLES_SECRET'] ?? 'a development secret of 32+ characters',
      }),
    ],
    controllers: [LoginController, ProjectsController],
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'], abortOnError: false });
  app.use(session({ secret: 'the host’s own session secret', resave: false, saveUninitialized: false }));
  app.use(passport.initialize(), passport.session());
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  return setupIdpRoles(app);
}

export interface HostConnection {
  /** The connection of the library's whose role mappings apply. */
  readonly connection: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The host's strategy. Its verify hook is where the library comes in. */
export async function useStrategy(app: INestApplication, url: string, idp: HostConnection): Promise<void> {
  const development = idp.issuer.startsWith('http:') ? [allowInsecureRequests] : [];
  const execute = [...development, enableNonRepudiationChecks];
  const config = await discovery(new URL(idp.issuer), idp.clientId, idp.clientSecret, undefined, { execute });
  const callbackURL = `${url}/login/callback`;
  const verify: VerifyFunction = async (tokens, done) => {
    const signedInAt = Date.now();
    const claims = tokens.claims();
    if (claims === undefined) return done(null, false);
    const outcome = await app
      .get(RoleMappingService)
      .signIn({ connection: idp.connection, subject: claims.sub, issuer: claims.iss, claims: { ...claims } });
    if (outcome.outcome === 'refused') return done(null, false, { message: outcome.message });
    const user: HostUser = { organization: outcome.organization.id, member: outcome.member.id, signedInAt };
    done(null, user);
  };
  passport.use(
    new Strategy({ config, name: 'customer', scope: 'openid profile email', callbackURL }, verify),
  );
}
