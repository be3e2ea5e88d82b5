import { Controller, Get, type Type } from '@nestjs/common';
import { ApolloDriver } from '@nestjs/apollo';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import { expect, test, vi } from 'vitest';
import { AccessAuditError } from '../../src/access/audit-problem.js';
import * as first from './acme.js';
import { graphqlDoor } from './doors/graphql-door.js';
import { httpDoor } from './doors/http-door.js';

vi.resetModules();
const second = await import('./acme.js');

type Copy = Pick<typeof first, 'RequireRole' | 'RequirePermission' | 'CurrentAccess' | 'Public'>;

function controllerOf(ours: Copy, theirs: Copy): Type {
  @Controller()
  class Pages {
    @Get('theirs') @theirs.RequireRole('org-admin') theirs() {
      return 'yes';
    }
    @Get('both') @ours.RequireRole('org-member') @theirs.RequirePermission('invoice:view') both() {
      return 'yes';
    }
    @Get('other-way') @theirs.RequireRole('org-member') @ours.RequirePermission('invoice:view') otherWay() {
      return 'yes';
    }
    @Get('me') @theirs.RequireRole('org-member') me(@ours.CurrentAccess() who: { member: string }) {
      return who.member;
    }
    @Get('open') @theirs.Public() open() {
      return 'yes';
    }
  }
  return Pages;
}

test('are two', () => expect(second.RequireRole).not.toBe(first.RequireRole));

test.each(['decorated', 'global'] as const)(
  'A4: decorators of a second copy guard, with the guard %s',
  async (guard) => {
    const { app, acme } = await first.start({ controllers: [controllerOf(first, second)] }, { guard });
    acme.join('rich', ['org-member', 'org-billing']);
    const door = await httpDoor(app);
    expect(await door.ask('theirs', 'admin')).toBe('yes');
    expect(await door.ask('theirs', 'member')).toBe('access-denied');
    expect(await door.ask('theirs', undefined)).toBe('not-signed-in');
    for (const route of ['both', 'other-way']) {
      expect(await door.ask(route, 'rich')).toBe('yes');
      expect(await door.ask(route, 'member')).toBe('access-denied');
      expect(await door.ask(route, 'billing')).toBe('access-denied');
    }
    expect(await door.ask('me', 'member')).toBe('member');
    expect(await door.ask('open', undefined)).toBe('yes');
    await door.close();
  },
);

test('A5: what a second copy declares is read at the start', async () => {
  @Controller()
  class Odd {
    @Get() @second.RequireRole('org-admin') @first.Public() page() {}
    @second.RequireRole('org-admin') never() {}
  }
  const started = first.start({ controllers: [Odd] });
  await expect(started).rejects.toThrow(AccessAuditError);
  await expect(started).rejects.toThrow(/Odd.page[^]*Odd.never/);
});

test('A6: and under GraphQL', async () => {
  @Resolver()
  class Queries {
    @Query(() => String) @second.RequireRole('org-admin') theirs(): string {
      return 'yes';
    }
  }
  const imports = [GraphQLModule.forRoot({ driver: ApolloDriver as never, autoSchemaFile: true })];
  const { app } = await first.start({ imports, providers: [Queries] });
  const door = await graphqlDoor(app);
  expect(await door.ask('theirs', 'admin')).toBe('yes');
  expect(await door.ask('theirs', 'member')).toBe('access-denied');
  await door.close();
});
