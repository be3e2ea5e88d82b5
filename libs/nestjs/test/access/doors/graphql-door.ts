import type { INestApplication, Type } from '@nestjs/common';
import { Args, GraphQLModule, ID, Query, Resolver } from '@nestjs/graphql';
import { ApolloDriver } from '@nestjs/apollo';
import { MercuriusDriver } from '@nestjs/mercurius';
import { RequireRole } from '../acme.js';
import { codeOf, headersFor, type Door } from './door.js';
import { memberRoutesBoundTo, routesBoundTo, serveOn, type Route } from './routes.js';

function query(host: Type) {
  return ({ name, isBound }: Route) => {
    Reflect.defineMetadata('design:paramtypes', isBound ? [String] : [], host.prototype as object, name);
    if (isBound) Args('id', { type: () => ID, nullable: true })(host.prototype as object, name, 0);
    return [Query(() => String, { name })];
  };
}

@Resolver()
class Queries {}
@Resolver()
@RequireRole('org-member')
class MemberQueries {}
serveOn(Queries, routesBoundTo('args'), query(Queries));
serveOn(MemberQueries, memberRoutesBoundTo('args'), query(MemberQueries));

const host = (driver: Type, more: object = {}) => ({
  imports: [GraphQLModule.forRoot({ driver: driver as never, autoSchemaFile: true, ...more })],
  providers: [Queries, MemberQueries],
});
export const apolloHost = () => host(ApolloDriver);
export const mercuriusHost = () => host(MercuriusDriver);

interface Answer {
  readonly data?: Record<string, string> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: object }[];
}

export async function postGraphql(url: string, member: string | undefined, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...headersFor(member) };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as Answer;
}

export async function graphqlDoor(app: INestApplication): Promise<Door> {
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    async ask(route, member, input) {
      const bound = input && 'id' in input;
      const text = bound ? `query ($id: ID) { ${route}(id: $id) }` : `{ ${route} }`;
      const { data, errors } = await postGraphql(url, member, { query: text, variables: input ?? {} });
      const [error] = errors ?? [];
      if (error)
        return error.extensions && 'code' in error.extensions ? codeOf(error.extensions) : error.message;
      return data?.[route] ?? 'nothing';
    },
    close: () => app.close(),
  };
}
