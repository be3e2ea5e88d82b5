import type { Dialect } from './dialect.js';
import type { ScimDirectory } from './directories.js';
import type { ScimExchange } from './push-log.js';
import type { ScimAnswer, ScimRequest } from './scim-request.js';

const patience = 10_000;
const longestAnswer = 20_000;

/** Sends to one directory in one vendor's manner, and keeps what was said. */
export class ScimClient {
  readonly exchanges: ScimExchange[] = [];

  constructor(
    private readonly directory: ScimDirectory,
    private readonly dialect: Dialect,
  ) {}

  /** Never rejects: no answer is an answer with status 0. */
  async send({ method, path, body }: ScimRequest): Promise<ScimAnswer> {
    const answer = await this.#fetch({ method, path, body }).catch((error: unknown) => ({
      status: 0,
      text: reason(error),
      body: {},
    }));
    this.exchanges.push({
      method,
      path,
      ...(body !== undefined && { body }),
      status: answer.status,
      answer: answer.text.slice(0, longestAnswer),
    });
    return answer;
  }

  async #fetch({ method, path, body }: ScimRequest): Promise<ScimAnswer> {
    const { 'content-type': type, ...headers } = this.dialect.headers;
    const response = await fetch(this.directory.baseUrl + path, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${this.directory.token}`,
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    });
    const text = await response.text();
    return { status: response.status, text, body: objectIn(text) };
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
