import { Controller, Get, Injectable, Module, Post, Version, type Type } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { createAccess } from '../../src/access/create-access.js';
import { defineAccess } from '@idp-roles/access';
import { beforeEach, describe, expect, test } from 'vitest';
import { auditOf } from './audit-of.js';
import { Public, RequireAny, RequirePermission, RequireRole, said, start } from './acme.js';

const audit = (...controllers: Type[]) => auditOf({ controllers });
const withArgs = (source: 'args' | 'payload') => ({ [source]: 'id' }) as unknown as { param: string };

describe('A4: `@Public` beside `@Require…` stops the start', () => {
  @Controller()
  class OnMethod {
    @Get() @Public() @RequireRole('org-admin') page() {}
  }
  @Controller()
  @RequireAny({ role: 'org-admin' }, { role: 'org-member' })
  @Public()
  class OnClass {
    @Get() page() {}
  }
  class Guarded {
    @Get() @RequireRole('org-admin') page() {}
  }
  @Controller()
  class Opened extends Guarded {
    @Get() @Public() override page() {}
  }
  @RequireRole('org-admin')
  class GuardedClass {}
  @Controller()
  @Public()
  class OpenedClass extends GuardedClass {
    @Get() page() {}
  }
  @Controller()
  @RequireRole('org-admin')
  class Across {
    @Get() @Public() page() {}
  }

  test('on a method', async () =>
    expect(await audit(OnMethod)).toEqual(['OnMethod.page public-and-required']));
  test('on a class', async () => expect(await audit(OnClass)).toEqual(['OnClass public-and-required']));
  test('on a method that overrides a guarded one', async () =>
    expect(await audit(Opened)).toEqual(['Opened.page public-and-required']));
  test('on a class whose base is guarded', async () =>
    expect(await audit(OpenedClass)).toEqual(['OpenedClass public-and-required']));
  test('a public method of a guarded class starts, stays guarded, and is announced', async () => {
    said.length = 0;
    expect(await audit(Across)).toEqual([]);
    expect(said).toEqual([
      'GET / (Across.page) is not public: its class requires more, and `@Public` takes nothing away',
    ]);
  });
});

describe('A4: an override takes no requirement away', () => {
  class Base {
    @Get('page') @RequireRole('org-admin') page() {
      return 'page';
    }
  }
  @Controller()
  class Silent extends Base {
    @Get('page') override page() {
      return 'mine';
    }
  }
  test('one that declares nothing has no guard: it stops the start', async () =>
    expect(await audit(Silent)).toEqual(['Silent.page requirement-lost']));
  test('under a global guard it is enforced', async () =>
    expect(await auditOf({ controllers: [Silent] }, { guard: 'global' })).toEqual([]));
});

const keeping = (keep: readonly string[]) => (_: object, __: string, descriptor: PropertyDescriptor) => {
  const original = descriptor.value as (...given: unknown[]) => unknown;
  const wrapper = function (this: unknown, ...given: unknown[]): unknown {
    return original.apply(this, given);
  };
  for (const key of Reflect.getMetadataKeys(original) as string[])
    if (keep.includes('*') || keep.includes(key))
      Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
  descriptor.value = wrapper;
};

describe('A4: a decorator that replaces the method takes no declaration away', () => {
  const Timed = keeping([]);
  const ADMIN = RequireRole('org-admin');

  @Controller()
  class Below {
    @Get() @Timed @ADMIN page() {}
  }
  @Controller()
  class Between {
    @Get() @RequireRole('org-member') @Timed @ADMIN page() {}
  }
  @Controller()
  class Open {
    @Get() @Timed @Public() page() {}
  }
  @Controller()
  class Unguarded {
    @Get() @keeping(['idp-roles:requirements']) @ADMIN page() {}
  }
  @Controller()
  class OpenGuarded {
    @Get() @keeping(['__guards__']) @Public() page() {}
  }
  @Controller()
  class Above {
    @Get() @ADMIN @Timed page() {}
  }
  @Controller()
  class Copied {
    @Get() @keeping(['*']) @ADMIN page() {}
  }
  @Controller()
  class Anew extends Above {
    @Get() @RequireRole('org-member') override page() {}
  }
  @Controller()
  class Heir extends Below {}
  @Controller()
  class AnewOverLost extends Below {
    @Get() @RequireRole('org-member') override page() {}
  }

  test.each(['decorated', 'global'] as const)('guard: %s', async (guard) => {
    const found = (...controllers: Type[]) => auditOf({ controllers }, { guard });
    expect(await found(Below)).toEqual(['Below.page requirement-lost']);
    expect(await found(Between)).toEqual(['Between.page requirement-lost']);
    expect(await found(Open)).toEqual(['Open.page requirement-lost']);
    expect(await found(Unguarded)).toEqual(['Unguarded.page requirement-lost']);
    expect(await found(OpenGuarded)).toEqual(['OpenGuarded.page requirement-lost']);
    expect(await found(Heir)).toEqual(['Below.page requirement-lost']);
    expect(await found(AnewOverLost)).toEqual(['Below.page requirement-lost']);
    expect(await found(Above)).toEqual([]);
    expect(await found(Copied)).toEqual([]);
    expect(await found(Anew)).toEqual([]);
  });
  test('the message names class, method and fix', async () => {
    await expect(start({ controllers: [Below] })).rejects.toThrow(
      'Below.page: another decorator replaced the method, and `@Require…` is lost with what it replaced; put `@Require…` above that decorator',
    );
  });
});

describe('A3: a `param` that the path lacks stops the start', () => {
  const find = { param: 'projectId' };
  @Controller('projects')
  class Lacking {
    @Get(':project') @RequirePermission('project:view', find) page() {}
  }
  @Controller(['projects/:projectId', 'shared'])
  @RequirePermission('project:view', find)
  class LackingOnce {
    @Get(['a', 'b/:projectId']) page() {}
  }
  @Controller('projects/:projectId')
  @RequirePermission('project:view', find)
  class Inherited {
    @Get() page() {}
    @Version('2') @Get('edit') edit() {}
    helper() {}
  }
  @Controller('files')
  class Wild {
    @Get('*projectId') @RequirePermission('project:view', find) page() {}
  }
  @Controller('p')
  class Prefixed {
    @Get() @RequirePermission('project:view', find) page() {}
  }

  test('missing', async () => expect(await audit(Lacking)).toEqual(['Lacking.page param-not-in-path']));
  test('missing on one of several paths, from the class', async () =>
    expect(await audit(LackingOnce)).toEqual(['LackingOnce.page param-not-in-path']));
  test("in the controller's path", async () => expect(await audit(Inherited)).toEqual([]));
  test('as a wildcard, which binds a list', async () =>
    expect(await audit(Wild)).toEqual(['Wild.page param-not-in-path']));

  test('in the path of the module', async () => {
    @Module({ controllers: [Prefixed] })
    class Projects {}
    const routes = RouterModule.register([{ path: 'projects/:projectId', module: Projects }]);
    expect(await auditOf({ imports: [Projects, routes] })).toEqual([]);
  });
  test('in the global prefix', async () =>
    expect(
      await auditOf({ controllers: [Prefixed] }, {}, (app) => void app.setGlobalPrefix('of/:projectId')),
    ).toEqual([]));
  test('the message names class, method, path and fix', async () => {
    await expect(start({ controllers: [Lacking] })).rejects.toThrow(
      'Lacking.page: permission `project:view` on a project is bound to param `projectId`, which the path `/projects/:project` lacks; name one of its parameters or change the path',
    );
  });
});

const gatewayClass = () => {
  @Injectable()
  class Chat {
    @RequireRole('org-admin') say() {}
    @RequireRole('org-admin') handleConnection() {}
  }
  Reflect.defineMetadata('websockets:is_gateway', true, Chat);
  Reflect.defineMetadata('websockets:message_mapping', true, Chat.prototype.say);
  return Chat;
};

const resolverClass = () => {
  @Injectable()
  @RequireRole('org-admin')
  class Projects {
    @RequireRole('org-admin') projects() {}
    @RequireRole('org-admin') owner() {}
  }
  Reflect.defineMetadata('graphql:resolver_type', 'Query', Projects.prototype.projects);
  Reflect.defineMetadata('graphql:resolve_property', true, Projects.prototype.owner);
  return Projects;
};

describe('A5: a declaration where Nest runs no guard stops the start', () => {
  @Injectable()
  class Service {
    @RequireRole('org-admin') nightly() {}
    other() {}
  }
  @Injectable()
  @RequireRole('org-admin')
  class WholeService {}
  @Controller()
  class Odd {
    @Get() page() {}
    @RequireRole('org-admin') onTimer() {}
    @Public() onEvent() {}
  }

  test('a method of a provider', async () =>
    expect(await auditOf({ providers: [Service] })).toEqual(['Service.nightly guard-never-runs']));
  test('a whole provider', async () =>
    expect(await auditOf({ providers: [WholeService] })).toEqual(['WholeService guard-never-runs']));
  test.each([
    ['a value', { provide: 'x', useValue: new Service() }],
    ['what a factory made', { provide: 'x', useFactory: () => new Service() }],
  ])('%s', async (_, provider) =>
    expect(await auditOf({ providers: [provider] })).toEqual(['Service.nightly guard-never-runs']),
  );
  test('a method of a controller that is no route', async () =>
    expect(await audit(Odd)).toEqual(['Odd.onTimer guard-never-runs', 'Odd.onEvent guard-never-runs']));
  test('on a gateway, what is no message handler', async () =>
    expect(await auditOf({ providers: [gatewayClass()] })).toEqual([
      'Chat.handleConnection guard-never-runs',
    ]));
  test('on a resolver, a field', async () =>
    expect(await auditOf({ providers: [resolverClass()] })).toEqual(['Projects.owner guard-never-runs']));
  test('the message names class, method and fix', async () => {
    await expect(start({ providers: [Service] })).rejects.toThrow(
      'Service.nightly: Nest runs no guard here, so this protects nothing; call `AccessService.require` inside, or move the decorator to the route',
    );
  });
  test('values of every kind are looked at without harm', async () => {
    const values = [
      null,
      7,
      'x',
      Symbol('x'),
      () => 1,
      [],
      Object.create(null),
      new Proxy({}, {}),
      new Date(),
    ];
    const providers = values.map((useValue, index) => ({ provide: `v${index}`, useValue }));
    expect(await auditOf({ providers })).toEqual([]);
  });
});

describe('A1: a requirement that the module’s model does not know stops the start', () => {
  const other = createAccess(
    defineAccess({
      resources: { page: { parent: 'organization' }, workspace: { parent: 'organization' } },
      roles: {
        owner: { permissions: ['report:read'] },
        'org-admin': { on: 'workspace', permissions: ['project:view'] },
      },
    }),
  );
  @Controller('pages/:id')
  class Pages {
    @Get('1') @other.RequireRole('owner') role() {}
    @Get('2') @other.RequirePermission('report:read') permission() {}
    @Get('3') @other.RequireRole('org-admin', { param: 'id' }) elsewhere() {}
    @Get('4') @other.RequirePermission('project:view', { on: 'page', param: 'id' }) type() {}
  }
  test('role, permission, type', async () =>
    expect(await audit(Pages)).toEqual([
      'Pages.role requirement-unknown',
      'Pages.permission requirement-unknown',
      'Pages.elsewhere requirement-unknown',
      'Pages.type requirement-unknown',
    ]));
});

describe('A3: bindings that cannot be there', () => {
  @Controller('p/:id')
  class Elsewhere {
    @Get('args') @RequirePermission('project:view', withArgs('args')) args() {}
    @Get('payload') @RequirePermission('project:view', withArgs('payload')) payload() {}
    @Post('both') @RequireAny({ permission: 'project:view', args: 'id' }, { role: 'org-admin' }) either() {}
    // Only a host without a compiler gets these two by.
    @Get('none') @RequirePermission('project:view', {} as { param: string }) none() {}
    @Get('organization') @RequireRole('org-admin', { param: 'id' } as object) organization() {}
  }
  test('stop the start', async () =>
    expect(await audit(Elsewhere)).toEqual([
      'Elsewhere.args binding-elsewhere',
      'Elsewhere.payload binding-elsewhere',
      'Elsewhere.either binding-elsewhere',
      'Elsewhere.none binding-missing',
      'Elsewhere.organization binding-elsewhere',
    ]));
});

describe('A5: what starts', () => {
  beforeEach(() => void (said.length = 0));
  @Controller('plain')
  class Plain {
    @Get() page() {}
  }
  test('undeclared routes, where the guard is not global, without a word', async () => {
    expect(await audit(Plain)).toEqual([]);
    expect(said).toEqual([]);
  });
  test('undeclared routes under a global guard, each listed', async () => {
    expect(await auditOf({ controllers: [Plain] }, { guard: 'global' })).toEqual([]);
    expect(said).toEqual(['GET /plain (Plain.page) is denied to everybody: add `@Require…` or `@Public()`']);
  });
  test('but not those of `publicControllers`', async () => {
    expect(await auditOf({ controllers: [Plain] }, { guard: 'global', publicControllers: [Plain] })).toEqual(
      [],
    );
    expect(said).toEqual([]);
  });
});
