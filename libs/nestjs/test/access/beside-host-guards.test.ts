import {
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Param,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApolloDriver } from '@nestjs/apollo';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterEach, describe, expect, test } from 'vitest';
import { AccessContext } from '../../src/access/access-context.js';
import { AccessService } from '../../src/access/access-service.js';
import type { AccessModuleOptions } from '../../src/access/access-module.js';
import { CurrentAccess, RequirePermission, RequireRole, start, type Acme } from './acme.js';
import type { Door } from './doors/door.js';
import { gatewayDoor } from './doors/gateway-door.js';
import { graphqlDoor } from './doors/graphql-door.js';
import { express, fastify, httpDoor } from './doors/http-door.js';
import { rpcDoor } from './doors/rpc-door.js';

/** What a host's guard does, whatever the call: lets all in but who is called `nobody`, and notes that it was asked. */
let asked = 0;
@Injectable()
class HostGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    asked += 1;
    return !JSON.stringify(whoIsIn(context)).includes('"nobody"');
  }
}
@Injectable()
class ShutGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}
function whoIsIn(context: ExecutionContext): unknown {
  const [first, , third] =
    context.getArgs<[{ request?: object; headers?: object }, unknown, { req?: object }]>();
  const request = (third?.req ?? first?.request ?? first) as { headers?: unknown } | undefined;
  return request?.headers ?? null;
}

const Ours = () => RequirePermission('project:view', { from: () => 'api' });

/** The same four handlers in each kind of call: the host's guard after ours, before ours, on the class, and shut. */
const mark = (as: (name: string) => MethodDecorator) => {
  abstract class Handlers {
    @as('before') @UseGuards(HostGuard) @Ours() before(): string {
      return 'yes';
    }
    @as('after') @Ours() @UseGuards(HostGuard) after(): string {
      return 'yes';
    }
    @as('shut') @Ours() @UseGuards(ShutGuard) shut(): string {
      return 'yes';
    }
    @as('plain') @Ours() plain(): string {
      return 'yes';
    }
  }
  return Handlers as Type;
};

@Controller()
@UseGuards(HostGuard)
class Pages extends mark((name) => Get(name)) {}
@Resolver()
@UseGuards(HostGuard)
class Queries extends mark((name) => Query(() => String, { name })) {}
@WebSocketGateway()
@UseGuards(HostGuard)
class Messages extends mark((name) => SubscribeMessage(name)) {}
@Controller()
@UseGuards(HostGuard)
class Handlers extends mark((name) => MessagePattern(name)) {}

const graphql = () => GraphQLModule.forRoot({ driver: ApolloDriver as never, autoSchemaFile: true });
const DOORS = [
  ['HTTP on Express', { controllers: [Pages] }, express, httpDoor],
  ['HTTP on Fastify', { controllers: [Pages] }, fastify, httpDoor],
  ['GraphQL', { imports: [graphql()], providers: [Queries] }, express, graphqlDoor],
  ['a gateway', { providers: [Messages] }, express, gatewayDoor],
  ['a microservice', { controllers: [Handlers] }, express, rpcDoor],
] as const;
let open: Door | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

describe.each(DOORS)('A6: in %s, beside guards of the host', (title, host, adapter, doorTo) => {
  const isRpc = title === 'a microservice';
  test.each([
    ['on class and method alone', {}, []],
    ['and a global one of the host', {}, [{ provide: APP_GUARD, useClass: HostGuard }]],
    ['and our global one', { guard: 'global' as const }, []],
    ['and both', { guard: 'global' as const }, [{ provide: APP_GUARD, useClass: HostGuard }]],
  ])('%s: every guard counts, in any order', async (_, options: Partial<AccessModuleOptions>, more) => {
    const providers = [...('providers' in host ? host.providers : []), ...more];
    const { app } = await start({ ...host, providers }, options, undefined, adapter());
    open = await doorTo(app);
    for (const route of ['before', 'after', 'plain']) {
      asked = 0;
      expect([route, await open.ask(route, 'member')]).toEqual([route, 'yes']);
      expect(asked).toBeGreaterThanOrEqual(route === 'plain' ? 1 : 2);
      expect([route, await open.ask(route, 'billing')]).toEqual([route, 'access-denied']);
      expect([route, await open.ask(route, undefined)]).toEqual([route, 'not-signed-in']);
      if (!isRpc) expect([route, await open.ask(route, 'nobody')]).not.toContain('yes');
    }
    expect(await open.ask('shut', 'member')).not.toBe('yes');
  });

  test('and global guards given to the app', async () => {
    const { app } = await start(host, {}, (it) => void it.useGlobalGuards(new HostGuard()), adapter());
    open = await doorTo(app);
    expect(await open.ask('plain', 'member')).toBe('yes');
    expect(await open.ask('plain', 'billing')).toBe('access-denied');
  });
});

function crud(permission: 'project:view' | 'project:edit'): Type {
  class Crud {
    @Get(':id') @RequirePermission(permission, { param: 'id' }) show(): string {
      return 'yes';
    }
    @Get('deep/:id') deep(): string {
      return 'yes';
    }
  }
  return Crud;
}

function audited<Base extends new (...args: never[]) => object>(Super: Base) {
  @RequireRole('org-billing')
  class Audited extends (Super as unknown as new () => object) {
    @Get('log') @RequirePermission('organization:manage') log(): string {
      return 'yes';
    }
  }
  return Audited as unknown as Type;
}

describe('A4: inherited handlers and mixins', () => {
  @Controller('views')
  class Views extends crud('project:view') {}
  @Controller('edits')
  @RequireRole('org-member')
  class Edits extends crud('project:edit') {
    @Get('deep/:id') @RequirePermission('project:view', { param: 'id' }) override deep(): string {
      return super.deep();
    }
  }
  @Controller('admins')
  @RequireRole('org-admin')
  class Admins extends Edits {}

  @Controller('audited')
  class Mixed extends audited(crud('project:view')) {}

  test.each([
    ['views/api', 'member', 'yes'],
    ['views/api', 'billing', 'access-denied'],
    ['edits/api', 'editor', 'access-denied'],
    ['edits/api', 'member', 'access-denied'],
    ['edits/api', 'rich', 'yes'],
    ['edits/deep/api', 'member', 'yes'],
    ['edits/deep/api', 'editor', 'access-denied'],
    ['admins/api', 'rich', 'access-denied'],
    ['admins/api', 'all', 'yes'],
    ['audited/api', 'member', 'access-denied'],
    ['audited/api', 'billing', 'access-denied'],
    ['audited/api', 'all', 'yes'],
    ['audited/log', 'billing', 'access-denied'],
    ['audited/log', 'all', 'yes'],
    ['audited/deep/api', 'member', 'access-denied'],
    ['audited/deep/api', 'billing', 'yes'],
  ])('%s for %s: %s', async (path, member, expected) => {
    const { app, acme } = await start({ controllers: [Views, Edits, Admins, Mixed] });
    const api = { type: 'project', id: 'api' };
    acme.join('rich', ['org-member', { role: 'project-editor', resource: api }]);
    acme.join('all', ['org-member', 'org-admin', 'org-billing']);
    open = await httpDoor(app);
    expect(await open.ask(path, member)).toBe(expected);
  });
});

test('A5: a resource that is removed between guard and handler: the handler is told no, and never a 500', async () => {
  let removed: Acme;
  @Injectable()
  class Meanwhile implements NestInterceptor {
    intercept(_: ExecutionContext, next: CallHandler) {
      removed.paths.delete('acme/project/api');
      return next.handle();
    }
  }
  @Controller()
  @UseInterceptors(Meanwhile)
  class Late {
    constructor(private readonly accessService: AccessService) {}
    @Get('can/:id') @RequirePermission('project:view', { param: 'id' }) async can(
      @CurrentAccess() who: AccessContext,
      @Param('id') id: string,
    ) {
      return String(await who.can('project:view', { type: 'project', id }));
    }
    @Get('require/:id') @RequirePermission('project:view', { param: 'id' }) async require(
      @CurrentAccess() { organization, member }: AccessContext,
      @Param('id') id: string,
    ) {
      const resource = { type: 'project', id };
      await this.accessService.require({ organization, member }, { permission: 'project:view', resource });
      return 'yes';
    }
  }
  for (const [route, expected] of [
    ['can', 'false'],
    ['require', 'access-denied'],
  ] as const) {
    const { app, acme } = await start({ controllers: [Late] });
    removed = acme;
    const door = await httpDoor(app);
    expect(await door.ask(route, 'member', { id: 'api' })).toBe(expected);
    expect(await door.ask(route, 'member', { id: 'api' })).toBe('access-denied');
    await door.close();
  }
});

test('A5: our guard relies on no other: it refuses before a host’s guard has run, or after', async () => {
  @Injectable()
  class Throws implements CanActivate {
    canActivate(): boolean {
      throw new ForbiddenException({ code: 'host-says-no' });
    }
  }
  @Controller()
  class Both {
    @Get('first') @RequireRole('org-admin') @UseGuards(Throws) first() {}
    @Get('last') @UseGuards(Throws) @RequireRole('org-admin') last() {}
  }
  const { app } = await start({ controllers: [Both] });
  open = await httpDoor(app);
  const answers = [await open.ask('first', 'admin'), await open.ask('last', 'admin')];
  expect(answers).toEqual(['host-says-no', 'host-says-no']);
  const refused = [await open.ask('first', 'member'), await open.ask('last', 'member')].toSorted();
  expect(refused).toEqual(['access-denied', 'host-says-no']);
});
