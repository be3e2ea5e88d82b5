import { Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { ApolloDriver } from '@nestjs/apollo';
import {
  Args,
  Field,
  type GqlModuleOptions,
  GraphQLModule,
  ID,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { MercuriusDriver } from '@nestjs/mercurius';
import { createClient } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AccessContext } from '../../src/access/access-context.js';
import { AccessService } from '../../src/access/access-service.js';
import { auditOf } from './audit-of.js';
import { type Acme, CurrentAccess, Public, RequirePermission, RequireRole, start } from './acme.js';
import { postGraphql } from './doors/graphql-door.js';
import { express, fastify } from './doors/http-door.js';

@ObjectType()
class Project {
  @Field(() => ID) id!: string;
}

const parentId = {
  from: (context: { getArgByIndex(at: number): unknown }) => (context.getArgByIndex(0) as Project).id,
};

@Resolver(() => Project)
class Projects {
  @Query(() => [Project]) @RequireRole('org-member') projects(): Project[] {
    return [{ id: 'api' }, { id: 'secret' }];
  }
  @Query(() => Project) @RequirePermission('project:view', { args: 'id' }) project(
    @Args('id', { type: () => ID }) id: string,
  ): Project {
    return { id };
  }
  @Mutation(() => Project) @RequirePermission('project:edit', { args: 'id' }) save(
    @Args('id', { type: () => ID }) id: string,
  ): Project {
    return { id };
  }
  @Query(() => String) undeclared(): string {
    return 'undeclared';
  }
  @Query(() => String) @Public() async whoami(@CurrentAccess() who?: AccessContext): Promise<string> {
    return who?.member ?? 'nobody';
  }
  @Query(() => String) @RequireRole('org-member') async me(
    @CurrentAccess() who: AccessContext,
  ): Promise<string> {
    return `${who.member} ${await who.can('project:edit', { type: 'project', id: 'api' })}`;
  }
  @Subscription(() => String, { resolve: (said: string) => said })
  @RequirePermission('project:view', { args: 'id' })
  async *changes(@Args('id', { type: () => ID }) id: string): AsyncGenerator<string> {
    yield `changed ${id}`;
  }
}

@Resolver(() => Project)
class Fields {
  @ResolveField(() => String, { nullable: true }) @RequirePermission('project:edit', parentId) budget(
    @Parent() { id }: Project,
  ): string {
    return `budget of ${id}`;
  }
  @ResolveField(() => String) name(@Parent() { id }: Project): string {
    return `name of ${id}`;
  }
}

const guarded = { fieldResolverEnhancers: ['guards' as const] };
const graphql = (driver: Type, options: object): DynamicModule =>
  GraphQLModule.forRoot({ driver: driver as never, autoSchemaFile: true, ...options });
const later = (options: object) =>
  GraphQLModule.forRootAsync({
    driver: ApolloDriver as never,
    useFactory: async () => ({ autoSchemaFile: true, ...options }),
  });
const of = (module: Type, path: string, options: object) =>
  graphql(ApolloDriver, { include: [module], path, ...options });
const DRIVERS = [
  ['Apollo', ApolloDriver, express],
  ['Mercurius', MercuriusDriver, fastify],
] as const;

describe.each(DRIVERS)('A6: GraphQL by %s', (name, driver, adapter) => {
  let app: INestApplication;
  let acme: Acme;
  let url: string;
  beforeAll(async () => {
    const subscriptions = name === 'Apollo' ? { subscriptions: { 'graphql-ws': true } } : {};
    ({ app, acme } = await start(
      { imports: [graphql(driver, { ...guarded, ...subscriptions })], providers: [Projects, Fields] },
      { guard: 'global' },
      undefined,
      adapter(),
    ));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());
  afterEach(() => void (acme.failing = {}));
  const ask = (member: string | undefined, query: string) => postGraphql(url, member, { query });

  test('a field resolver is judged for each parent, and the rest of the answer stands', async () => {
    acme.join('both', ['org-member', { role: 'project-editor', resource: { type: 'project', id: 'api' } }]);
    const { data, errors } = await ask('both', '{ projects { id name budget } }');
    expect(data).toEqual({
      projects: [
        { id: 'api', name: 'name of api', budget: 'budget of api' },
        { id: 'secret', name: 'name of secret', budget: null },
      ],
    });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'access-denied' } });
  });

  test('a refusal carries the whole problem, and a decision id that explains itself', async () => {
    const { errors } = await ask('billing', 'mutation { save(id: "api") { id } }');
    const [error] = errors ?? [];
    expect(error?.message).toBe('you lack the role or permission that this needs');
    expect(error?.extensions).toMatchObject({ code: 'access-denied', status: 403, title: 'Forbidden' });
    const { decisionId } = (error?.extensions ?? {}) as { decisionId?: string };
    expect(await app.get(AccessService).explainDecision(decisionId ?? '')).toMatchObject({
      member: 'billing',
      asked: [{ permission: 'project:edit', resource: { type: 'project', id: 'api' } }],
    });
  });

  test('a root field that declares nothing is denied under a global guard, a field of a type is its root’s', async () => {
    expect((await ask('admin', '{ undeclared }')).errors?.[0]?.extensions).toMatchObject({
      code: 'route-undeclared',
    });
    expect((await ask('member', '{ project(id: "api") { name } }')).data).toEqual({
      project: { name: 'name of api' },
    });
  });

  test('an unreachable store: `store-unavailable`, without the cause', async () => {
    acme.failing = { snapshot: new Error('connection refused') };
    const answer = await ask('member', '{ project(id: "api") { id } }');
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'store-unavailable', status: 503 });
    expect(JSON.stringify(answer.errors?.[0]?.extensions)).not.toContain('"cause"');
  });

  test('A8: `@CurrentAccess` says who asks, on a public field perhaps nobody', async () => {
    expect((await ask('editor', '{ whoami }')).data).toEqual({ whoami: 'editor' });
    expect((await ask(undefined, '{ whoami }')).data).toEqual({ whoami: 'nobody' });
    expect((await ask('member', '{ me }')).data).toEqual({ me: 'member false' });
    expect((await ask('member', '{ a: me b: whoami c: me }')).data).toEqual({
      a: 'member false',
      b: 'member',
      c: 'member false',
    });
  });
});

test('A6: a subscription is judged when it begins, by the connection’s own request', async () => {
  const { app } = await start(
    {
      imports: [
        graphql(ApolloDriver, {
          subscriptions: { 'graphql-ws': true },
          context: (given: { extra?: { request: object } }) =>
            given.extra ? { req: given.extra.request } : {},
        }),
      ],
      providers: [Projects],
    },
    {},
  );
  await app.listen(0, '127.0.0.1');
  const url = `${(await app.getUrl()).replace('http', 'ws')}/graphql`;
  const first = async (member: string, id: string) => {
    class Client extends WebSocket {
      constructor(address: string, protocols?: string | string[]) {
        super(address, protocols, { headers: { 'x-member': member } });
      }
    }
    const client = createClient({ url, webSocketImpl: Client });
    for await (const answer of client.iterate({ query: `subscription { changes(id: "${id}") }` })) {
      await client.dispose();
      return answer;
    }
    return undefined;
  };
  expect(await first('member', 'api')).toMatchObject({ data: { changes: 'changed api' } });
  expect(await first('billing', 'api')).toMatchObject({
    errors: [{ extensions: { code: 'access-denied' } }],
  });
  expect(await first('member', 'secret')).toMatchObject({
    errors: [{ extensions: { code: 'access-denied' } }],
  });
  await app.close();
});

describe('A5: where GraphQL runs no guard, a requirement stops the start', () => {
  @Resolver(() => Project)
  @RequireRole('org-member')
  class WholeClass {
    @Query(() => Project) first(): Project {
      return { id: 'api' };
    }
    @ResolveField(() => String) name(): string {
      return 'name';
    }
  }
  @Resolver(() => Project)
  class References {
    @Query(() => Project) @Public() first(): Project {
      return { id: 'api' };
    }
    @ResolveReference() @RequirePermission('project:view', parentId) resolve(reference: Project): Project {
      return reference;
    }
  }
  @Resolver(() => Project)
  class Unions {
    @Query(() => Project) @Public() first(): Project {
      return { id: 'api' };
    }
    @RequireRole('org-member') __resolveType(): string {
      return 'Project';
    }
    @RequireRole('org-member') helper(): string {
      return 'helper';
    }
  }
  // As `@ResolveField('__resolveType')` does on a union, without a schema that has one.
  Reflect.defineMetadata(
    'graphql:resolve_property',
    true,
    (Unions.prototype as unknown as Record<string, object>)['__resolveType']!,
  );
  @Resolver()
  class Bare {
    @Query(() => String) @RequireRole('org-member') first(): string {
      return 'first';
    }
  }
  @Resolver()
  class Bound {
    @Query(() => String) @RequirePermission('project:view', { param: 'id' }) byParam(): string {
      return 'x';
    }
    @Query(() => String) @RequirePermission('project:view', { payload: 'id' }) byPayload(): string {
      return 'x';
    }
    @Query(() => String) @RequireRole('org-member') @Public() both(): string {
      return 'x';
    }
  }

  test('a field, without `fieldResolverEnhancers`: class, method and fix', async () => {
    const host = { imports: [graphql(ApolloDriver, {})], providers: [Projects, Fields] };
    expect(await auditOf(host)).toEqual(['Fields.budget guard-never-runs']);
    await expect(start(host)).rejects.toThrow(
      "Fields.budget: Nest runs no guard here, so this protects nothing; add `fieldResolverEnhancers: ['guards']` to the options of `GraphQLModule`",
    );
  });
  test.each([
    [
      'with interceptors alone',
      { fieldResolverEnhancers: ['interceptors'] },
      ['Fields.budget guard-never-runs'],
    ],
    ['with guards', guarded, []],
  ])('a field %s', async (_, options, expected) =>
    expect(
      await auditOf({ imports: [graphql(ApolloDriver, options)], providers: [Projects, Fields] }),
    ).toEqual(expected),
  );
  test('a field, where the options come later', async () => {
    expect(await auditOf({ imports: [later({})], providers: [Projects, Fields] })).toEqual([
      'Fields.budget guard-never-runs',
    ]);
    expect(await auditOf({ imports: [later(guarded)], providers: [Projects, Fields] })).toEqual([]);
  });
  test('a field that another GraphQL of the app guards, but not its own', async () => {
    @Module({ providers: [Projects, Fields] })
    class Open {}
    @Module({ providers: [Projects] })
    class Other {}
    const modules = (open: object, other: object) => ({
      imports: [Open, Other, of(Open, '/open', open), of(Other, '/other', other)],
    });
    expect(await auditOf(modules({}, guarded))).toEqual(['Fields.budget guard-never-runs']);
    expect(await auditOf(modules(guarded, {}))).toEqual([]);
  });
  test('a field that one of two GraphQLs guards', async () => {
    const both = [
      graphql(ApolloDriver, { path: '/open' }),
      graphql(ApolloDriver, { path: '/other', ...guarded }),
    ];
    expect(await auditOf({ imports: both, providers: [Projects, Fields] })).toEqual([
      'Fields.budget guard-never-runs',
    ]);
  });
  test('a reference that is guarded', async () =>
    expect(await auditOf({ imports: [graphql(ApolloDriver, guarded)], providers: [References] })).toEqual(
      [],
    ));
  test('a class with a field', async () => {
    expect(await auditOf({ imports: [graphql(ApolloDriver, {})], providers: [WholeClass] })).toEqual([
      'WholeClass.name guard-never-runs',
    ]);
    expect(await auditOf({ imports: [graphql(ApolloDriver, guarded)], providers: [WholeClass] })).toEqual([]);
  });
  test('a reference, what tells a union’s types apart, a method that is no resolver', async () => {
    expect(await auditOf({ imports: [graphql(ApolloDriver, {})], providers: [References] })).toEqual([
      'References.resolve guard-never-runs',
    ]);
    expect(await auditOf({ imports: [graphql(ApolloDriver, guarded)], providers: [Unions] })).toEqual([
      'Unions.__resolveType guard-never-runs',
      'Unions.helper guard-never-runs',
    ]);
  });
  @Resolver(() => Project)
  class SilentReferences {
    @Query(() => Project) @Public() first(): Project {
      return { id: 'api' };
    }
    @ResolveReference() resolve(reference: Project): Project {
      return reference;
    }
  }
  @Resolver(() => Project)
  class OpenReferences {
    @Query(() => Project) @Public() first(): Project {
      return { id: 'api' };
    }
    @ResolveReference() @Public() resolve(reference: Project): Project {
      return reference;
    }
  }
  test.each([
    ['undeclared, global', SilentReferences, 'global', {}, ['SilentReferences.resolve message-undeclared']],
    ['undeclared, global, guarded', SilentReferences, 'global', guarded, []],
    ['undeclared, decorated', SilentReferences, 'decorated', {}, []],
    ['public, global', OpenReferences, 'global', {}, []],
    ['public, global, guarded', OpenReferences, 'global', guarded, []],
    ['public, decorated', OpenReferences, 'decorated', {}, []],
    ['required, global', References, 'global', {}, ['References.resolve guard-never-runs']],
  ] as const)('a reference that is %s', async (_, resolver, guard, options, expected) =>
    expect(
      await auditOf({ imports: [graphql(ApolloDriver, options)], providers: [resolver] }, { guard }),
    ).toEqual(expected),
  );

  test('bindings that GraphQL does not have, and what contradicts itself', async () =>
    expect(await auditOf({ imports: [graphql(ApolloDriver, {})], providers: [Bound] })).toEqual([
      'Bound.byParam binding-elsewhere',
      'Bound.byPayload binding-elsewhere',
      'Bound.both public-and-required',
    ]));
  test('a resolver that a factory made, whose guard Nest never makes', async () => {
    const providers = [{ provide: 'bare', useFactory: () => new Bare() }];
    const host = { imports: [graphql(ApolloDriver, {})], providers };
    expect(await auditOf(host)).toEqual(['Bare.first guard-never-runs']);
    await expect(start(host)).rejects.toThrow('list the class itself among the `providers`');
  });
  test('and one by `useClass` is guarded, or stops the start with an older Nest', async () => {
    const providers = [{ provide: 'bare', useClass: Bare }];
    const { app } = await start({ imports: [graphql(ApolloDriver, {})], providers });
    await app.listen(0, '127.0.0.1');
    const answer = await postGraphql(await app.getUrl(), undefined, { query: '{ first }' });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'not-signed-in' });
    await app.close();
  });
});

describe('A5: a root type of another name, in a schema of the host’s', () => {
  @Resolver('Entrance')
  class Entrances {
    @ResolveField() secret(): string {
      return 'secret';
    }
    @ResolveField() @Public() item(): object {
      return {};
    }
  }
  @Resolver('Item')
  class Items {
    @ResolveField() name(): string {
      return 'name';
    }
  }
  const typeDefs =
    'schema { query: Entrance } type Entrance { secret: String item: Item } type Item { name: String }';
  const host = (options: object, ...providers: Type[]) => ({
    imports: [
      GraphQLModule.forRoot({ driver: ApolloDriver as never, typeDefs, ...options } as GqlModuleOptions),
    ],
    providers,
  });

  test('a field of it that declares nothing is denied under a global guard, one below is its root’s', async () => {
    const { app } = await start(host(guarded, Entrances, Items), { guard: 'global' });
    await app.listen(0, '127.0.0.1');
    const ask = async (query: string) => postGraphql(await app.getUrl(), 'admin', { query });
    expect((await ask('{ secret }')).errors?.[0]?.extensions).toMatchObject({ code: 'route-undeclared' });
    expect((await ask('{ item { name } }')).data).toEqual({ item: { name: 'name' } });
    await app.close();
  });

  test('where fields have no guards, it must be public, or it stops the start', async () => {
    const audit = (guard: 'global' | 'decorated') => auditOf(host({}, Entrances, Items), { guard });
    expect(await audit('global')).toEqual(['Entrances.secret message-undeclared']);
    expect(await audit('decorated')).toEqual([]);
    await expect(start(host({}, Entrances), { guard: 'global' })).rejects.toThrow(
      "Entrances.secret: GraphQL can be entered here and Nest runs no guard, so this is open to everybody; add `@Require…`, and `fieldResolverEnhancers: ['guards']` to the options of `GraphQLModule`, or add `@Public()`",
    );
  });
});
