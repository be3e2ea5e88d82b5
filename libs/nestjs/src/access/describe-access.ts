import type { INestApplicationContext } from '@nestjs/common';
import { AccessRoutes, type AccessRoute } from './access-routes.js';

/** What of an OpenAPI document is touched: `paths`, `{ [path]: { [method]: operation } }`. */
interface OpenApiDocument {
  readonly paths: object;
}

interface Operation {
  description?: string;
  responses?: Record<string, unknown>;
}

const METHODS: ReadonlySet<string> = new Set([
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'search',
]);

/**
 * Writes into an OpenAPI document what each route requires: `x-idp-roles` (`{ access, requires }`, as `AccessRoute` has them), a
 * line of the description, and the answers 401 and 403 where the document does not have them. For what `SwaggerModule.createDocument` of
 * @nestjs/swagger made of the same app, which this library does not need. Operations that are no route of the app stay as they
 * are. Returns the document it was given.
 */
export function describeAccess<Document extends OpenApiDocument>(
  app: INestApplicationContext,
  document: Document,
): Document {
  const routes = new Map(
    app
      .get(AccessRoutes, { strict: false })
      .list()
      .map((route) => [`${route.verb} ${templateOf(route.path)}`, route]),
  );
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      if (!METHODS.has(method)) continue;
      const route = routes.get(`${method.toUpperCase()} ${path}`) ?? routes.get(`ALL ${path}`);
      if (route) describe(operation, route);
    }
  }
  return document;
}

function describe(operation: Operation, { access, requires }: AccessRoute): void {
  Object.assign(operation, { 'x-idp-roles': { access, requires } });
  if (access !== 'required') return;
  const said = `Requires ${requires.join(', and ')}.`;
  operation.description = operation.description ? `${operation.description}\n\n${said}` : said;
  operation.responses = {
    ...operation.responses,
    401: operation.responses?.['401'] ?? { description: 'Nobody is signed in' },
    403: operation.responses?.['403'] ?? { description: said },
  };
}

/** `/projects/:projectId` as OpenAPI writes it. */
function templateOf(path: string): string {
  return path.replaceAll(/[:*](?:"([^"]+)"|([\p{ID_Start}$_][\p{ID_Continue}$]*))/gu, (_, quoted, plain) => {
    return `{${String(quoted ?? plain)}}`;
  });
}
