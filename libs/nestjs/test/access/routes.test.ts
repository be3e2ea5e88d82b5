import {
  Controller,
  Get,
  Module,
  Post,
  UseGuards,
  Version,
  VersioningType,
  type CanActivate,
  type INestApplication,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ApiOperation, ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessRoutes } from '../../src/access/access-routes.js';
import { describeAccess } from '../../src/access/describe-access.js';
import { Public, RequireAny, RequirePermission, RequireRole, start } from './acme.js';

class OwnGuard implements CanActivate {
  canActivate() {
    return true;
  }
}

@Controller('projects')
class Projects {
  @Get(':projectId')
  @ApiOperation({ description: 'One project' })
  @RequirePermission('project:view', { param: 'projectId' })
  show() {}

  @Post()
  @RequireAny({ role: 'org-admin' }, { permission: 'project:edit', from: () => 'api' })
  @ApiResponse({ status: 403, description: 'As the host says' })
  create() {}

  @Get()
  list() {}
}

class Shared {
  @Get()
  all() {}
}
@Controller('bills')
@RequireRole('org-billing')
@UseGuards(OwnGuard)
class Bills extends Shared {
  @Get('open')
  @RequireRole('org-member')
  open() {}
}
@Controller('news')
@Public()
class News extends Shared {}

@Controller({ path: 'old', version: ['1', '2'] })
class Versioned {
  @Get()
  @RequireRole('org-admin')
  old() {}

  @Get('new')
  @Version('3')
  @RequireRole('org-member')
  new() {}
}

@Controller('foreign')
class Foreign {
  @Get()
  page() {}
}

@Module({ controllers: [Versioned] })
class Below {}

let app: INestApplication;
beforeAll(async () => {
  const imports = [Below, RouterModule.register([{ path: 'below', module: Below }])];
  const host = { imports, controllers: [Projects, Bills, News, Foreign] };
  ({ app } = await start(host, { guard: 'global', publicControllers: [Foreign] }, (made) => {
    made.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI });
  }));
});
afterAll(() => app.close());

const routes = () => app.get(AccessRoutes).list();

describe('A5: the table of routes', () => {
  test('has every route, with what class and method require', () => {
    const lines = routes().map(({ verb, path, access, requires, guards, handler }) => [
      `${verb} ${path}`,
      access,
      requires,
      guards,
      handler,
    ]);
    const view = 'permission `project:view` on a project, by param `projectId`';
    const any = 'role `org-admin`; or permission `project:edit` on a project, by code of the route';
    const [billing, member] = ['role `org-billing`', 'role `org-member`'];
    const admin = ['role `org-admin`'];
    expect(lines).toEqual([
      ['GET /api/bills', 'required', [billing], ['OwnGuard'], 'Bills.all'],
      ['GET /api/bills/open', 'required', [billing, member], ['OwnGuard'], 'Bills.open'],
      ['GET /api/foreign', 'public', [], [], 'Foreign.page'],
      ['GET /api/news', 'public', [], [], 'News.all'],
      ['GET /api/projects', 'undeclared', [], [], 'Projects.list'],
      ['POST /api/projects', 'required', [any], [], 'Projects.create'],
      ['GET /api/projects/:projectId', 'required', [view], [], 'Projects.show'],
      ['GET /api/v1/below/old', 'required', admin, [], 'Versioned.old'],
      ['GET /api/v2/below/old', 'required', admin, [], 'Versioned.old'],
      ['GET /api/v3/below/old/new', 'required', [member], [], 'Versioned.new'],
    ]);
  });
});

describe('A5: an OpenAPI document of @nestjs/swagger', () => {
  type Operation = { description?: string; responses: Record<string, { description: string }> };
  const described = () =>
    describeAccess(app, SwaggerModule.createDocument(app, new DocumentBuilder().build()))
      .paths as unknown as Record<string, Record<string, Operation>>;

  test('shows what each route requires, whatever its prefix and version', () => {
    const shown = Object.entries(described()).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        (operation as { 'x-idp-roles'?: unknown })['x-idp-roles'],
      ]),
    );
    const expected = routes().map(({ verb, path, access, requires }) => [
      `${verb} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      { access, requires },
    ]);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
  });

  test('a shared handler shows what its own class requires', () => {
    const paths = described();
    expect(paths['/api/bills']?.['get']?.description).toBe('Requires role `org-billing`.');
    expect(paths['/api/news']?.['get']?.description).toBeUndefined();
    expect(paths['/api/news']?.['get']?.responses).not.toHaveProperty('403');
  });

  test('keeps what the host wrote', () => {
    const paths = described();
    expect(paths['/api/projects/{projectId}']?.['get']?.description).toBe(
      'One project\n\nRequires permission `project:view` on a project, by param `projectId`.',
    );
    const { responses } = paths['/api/projects']!['post']!;
    expect(responses['403']?.description).toBe('As the host says');
    expect(responses).toHaveProperty('401');
  });

  test('leaves alone what is no route of the app', () => {
    const other = { paths: { '/elsewhere': { summary: 'kept', get: { description: 'kept' } } } };
    expect(describeAccess(app, structuredClone(other))).toEqual(other);
  });
});
