export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
export const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

export type Json = Record<string, any>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Of the JSON that came; empty where none did. */
  readonly body: Json;
  readonly text: string;
}

export interface Sent {
  readonly body?: unknown;
  /** Instead of `body`: these very bytes. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an identity provider is to a directory: requests with its token, nothing else. */
export class ScimClient {
  constructor(
    readonly base: string,
    readonly token: string | undefined,
  ) {}

  async send(method: string, path: string, { body, raw, headers }: Sent = {}): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.base + path, {
      method,
      headers: {
        accept: 'application/scim+json',
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        ...(payload !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(payload !== undefined && { body: payload }),
      redirect: 'manual',
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text), text };
  }

  get(path: string, query: Readonly<Record<string, string | number>> = {}, sent: Sent = {}): Promise<Answer> {
    const search = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    return this.send('GET', search === '' ? path : `${path}?${search}`, sent);
  }

  post(path: string, body: unknown, headers?: Sent['headers']): Promise<Answer> {
    return this.send('POST', path, { body, ...(headers && { headers }) });
  }

  put(path: string, body: unknown, headers?: Sent['headers']): Promise<Answer> {
    return this.send('PUT', path, { body, ...(headers && { headers }) });
  }

  /** A PatchOp of these operations. */
  patch(path: string, operations: readonly unknown[], headers?: Sent['headers']): Promise<Answer> {
    const body = { schemas: [PATCH], Operations: operations };
    return this.send('PATCH', path, { body, ...(headers && { headers }) });
  }

  delete(path: string, headers?: Sent['headers']): Promise<Answer> {
    return this.send('DELETE', path, headers && { headers });
  }

  /** A user that must come into being. */
  async user(userName: string, more: Json = {}): Promise<Json> {
    const body = { schemas: [USER], userName, ...more };
    return must(await this.post('/Users', body), 201);
  }

  async group(displayName: string, members: readonly string[] = [], more: Json = {}): Promise<Json> {
    const body = { schemas: [GROUP], displayName, members: members.map((value) => ({ value })), ...more };
    return must(await this.post('/Groups', body), 201);
  }

  /** As it is now. */
  async read(path: string): Promise<Json> {
    return must(await this.get(path), 200);
  }

  /** Ids of a group's members, sorted. */
  async membersOf(group: string): Promise<string[]> {
    const { members = [] } = await this.read(`/Groups/${group}`);
    return (members as Json[]).map(({ value }) => value as string).toSorted();
  }

  /** What a filter leaves, by `userName` or `displayName`, sorted. */
  async found(resource: 'Users' | 'Groups', filter: string): Promise<string[]> {
    const { body } = await this.get(`/${resource}`, { filter, count: 1000 }).then((answer) => ({
      body: must(answer, 200),
    }));
    return ((body['Resources'] ?? []) as Json[]).map(nameOf).toSorted();
  }
}

export function nameOf(resource: Json): string {
  return resource['userName'] ?? resource['displayName'];
}

/** The answer's body, where the answer has this status. */
export function must(answer: Answer, ...statuses: readonly number[]): Json {
  if (!statuses.includes(answer.status)) {
    throw new Error(`expected ${statuses.join(' or ')}, was answered ${answer.status}: ${answer.text}`);
  }
  return answer.body;
}

function parsed(text: string): Json {
  if (text === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
