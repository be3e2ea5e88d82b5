import { byLowerCase, isJsonObject, readEnvelope } from './json.js';
import { quote, ScimError } from './scim-error.js';
import { uris } from './uris.js';

export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly resource: 'Users' | 'Groups';
  /** Undefined for POST. May be `bulkId:…`. */
  readonly id?: string;
  readonly bulkId?: string;
  /** As in `If-Match`. */
  readonly version?: string;
  readonly data?: unknown;
}

export interface BulkRequest {
  /** So many failures end the job; undefined: none does. */
  readonly failOnErrors?: number;
  readonly operations: readonly BulkOperation[];
}

/** RFC 7644, section 3.7. Throws `ScimError`, and nothing is done: 400, or 413 where there are too many operations. */
export function readBulk(body: unknown, { maxOperations }: { readonly maxOperations: number }): BulkRequest {
  const members = readEnvelope(body, uris.bulkRequest);
  const operations = members.get('operations')?.value;
  if (!Array.isArray(operations)) throw new ScimError(400, 'invalidSyntax', '`Operations` is not a list');
  if (operations.length > maxOperations) {
    throw new ScimError(413, undefined, `a bulk request has at most ${maxOperations} operations`);
  }
  const failOnErrors = members.get('failonerrors')?.value ?? undefined;
  if (failOnErrors !== undefined && !(Number.isSafeInteger(failOnErrors) && Number(failOnErrors) > 0)) {
    throw new ScimError(400, 'invalidValue', '`failOnErrors` is not a whole number above 0');
  }
  const read = operations.map((one: unknown, index) => readOperation(one, `Operations[${index}]`));
  const seen = new Set<string>();
  for (const { bulkId } of read) {
    if (bulkId === undefined) continue;
    if (seen.has(bulkId))
      throw new ScimError(400, 'invalidValue', `the bulkId ${quote(bulkId)} is given twice`);
    seen.add(bulkId);
  }
  return { ...(failOnErrors === undefined ? {} : { failOnErrors: Number(failOnErrors) }), operations: read };
}

const methods: ReadonlySet<string> = new Set<BulkOperation['method']>(['POST', 'PUT', 'PATCH', 'DELETE']);

function isMethod(name: string): name is BulkOperation['method'] {
  return methods.has(name);
}

function readOperation(operation: unknown, where: string): BulkOperation {
  if (!isJsonObject(operation)) throw new ScimError(400, 'invalidSyntax', `\`${where}\` is not an object`);
  const members = byLowerCase(operation);
  const method = text(members.get('method')?.value, `${where}.method`)?.toUpperCase() ?? '';
  if (!isMethod(method)) {
    throw new ScimError(
      400,
      'invalidSyntax',
      `\`${where}.method\` is not \`POST\`, \`PUT\`, \`PATCH\` or \`DELETE\``,
    );
  }
  const path = text(members.get('path')?.value, `${where}.path`) ?? '';
  const parts = /^\/(Users|Groups)(?:\/([^/?#]+))?$/i.exec(path);
  if (parts === null || (parts[2] === undefined) !== (method === 'POST')) {
    throw new ScimError(400, 'invalidPath', `\`${where}.path\` ${quote(path)} is no path for ${method}`);
  }
  const bulkId = text(members.get('bulkid')?.value, `${where}.bulkId`);
  if (method === 'POST' && !bulkId) {
    throw new ScimError(400, 'invalidSyntax', `\`${where}\` is a POST, and has no \`bulkId\``);
  }
  const version = text(members.get('version')?.value, `${where}.version`);
  return {
    method,
    resource: parts[1]!.toLowerCase() === 'users' ? 'Users' : 'Groups',
    ...(parts[2] === undefined ? {} : { id: decoded(parts[2], `${where}.path`) }),
    ...(bulkId === undefined ? {} : { bulkId }),
    ...(version === undefined ? {} : { version }),
    data: members.get('data')?.value,
  };
}

function decoded(id: string, path: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new ScimError(400, 'invalidPath', `\`${path}\` is not percent-encoded rightly`);
  }
}

function text(value: unknown, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new ScimError(400, 'invalidSyntax', `\`${path}\` is not a text`);
  return value;
}
