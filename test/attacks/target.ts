import { monitorEventLoopDelay } from 'node:perf_hooks';
import { defineAccess, IdpRolesModule, setupIdpRoles } from '@idp-roles/nestjs';
import { openEphemeralStore, type EphemeralStore } from '@idp-roles/store';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Browser } from '../../libs/nestjs/test/sign-in/browser.js';
import { freePort } from '../e2e/running-demo.js';
import { AdminApi } from '../e2e/visitor.js';
import { difference, type Database, type Home, type Rows } from './home.js';
import type { Admission, Expectation, Refusal } from './verdict.js';

const serviceKey = 'service-key-of-the-attacks-0123456789';
/** Enough for an honest provider on this machine, and short for one that never answers. */
const patienceMs = 2_000;

const access = defineAccess({
  resources: {},
  roles: {
    'org-admin': { permissions: ['organization:manage'] },
    'org-member': { permissions: ['organization:view'] },
  },
});

/** An answer of an IdP that a browser is about to bring. */
export interface Attempt<E extends Expectation = Expectation> {
  readonly browser: Browser;
  /** Whose trace is to hold the cause. */
  readonly connection: string;
  readonly expected: E;
  readonly answer: () => Promise<Response>;
}

interface Given<E extends Expectation = Expectation> extends Attempt<E> {
  readonly status: number;
  readonly page: string;
  readonly gotIn: boolean;
  readonly stallMs: number;
}

export interface Judged {
  readonly wrong: readonly string[];
  readonly gotIn: boolean;
  readonly stallMs: number;
}

/** An app over HTTP, with its database and what it keeps for a while looked at from behind. */
export class Target {
  readonly admin: AdminApi;
  organization = '';

  private constructor(
    readonly url: string,
    readonly database: Database,
    /** Keys that were written to the ephemeral store since the last look. */
    readonly kept: string[],
    private readonly stop: () => Promise<void>,
  ) {
    this.admin = new AdminApi({ url, serviceKey });
  }

  static async start(home: Home): Promise<Target> {
    const database = await home.open();
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const ephemeral = await openEphemeralStore({ maxEntries: 100_000 });
    const kept: string[] = [];

    @Module({
      imports: [
        IdpRolesModule.forRootAsync({
          access,
          useFactory: () => ({
            publicUrl: url,
            store: database.location,
            ephemeral: watched(ephemeral, kept),
            secret: 'a secret for attacks, of more than thirty-two characters',
            serviceKey,
            outbound: { allowLoopbackHttp: true, timeoutMs: patienceMs },
          }),
        }),
      ],
    })
    class HostModule {}

    const app = await NestFactory.create<NestExpressApplication>(HostModule, {
      logger: false,
      abortOnError: false,
    });
    setupIdpRoles(app);
    await app.listen(port, 'localhost');
    const target = new Target(url, database, kept, async () => {
      await app.close();
      await ephemeral.close();
      await database.drop();
    });
    target.organization = (
      await target.admin.call<{ id: string }>('POST', '/organizations', {
        name: 'Acme',
        domains: ['acme.test'],
      })
    ).id;
    return target;
  }

  /** A connection whose groups `Engineering` and `Admins` are roles. */
  async connect(fields: Readonly<Record<string, unknown>>): Promise<{ id: string }> {
    const at = `/organizations/${this.organization}`;
    const { id } = await this.admin.call<{ id: string }>('POST', `${at}/connections`, {
      name: 'An IdP',
      ...fields,
    });
    for (const [value, role] of [
      ['Engineering', 'org-member'],
      ['Admins', 'org-admin'],
    ]) {
      await this.admin.call('POST', `${at}/role-mappings`, {
        source: { connection: id },
        claim: 'groups',
        value,
        role,
      });
    }
    return { id };
  }

  /** Where the browser is sent to. */
  async begin(browser: Browser, connection: string): Promise<Response> {
    return browser.get(`${this.url}/sso/${connection}/login`);
  }

  /**
   * Has answers given, one by one or all at once, and says of each what is not as expected. Those that are to be refused
   * may be judged together: whatever is written then is one's too many.
   */
  async judge(attempts: readonly Attempt[], atOnce = false): Promise<Judged[]> {
    const before = await this.database.rows();
    this.kept.length = 0;
    const given: Given[] = [];
    if (atOnce) given.push(...(await Promise.all(attempts.map(give))));
    else for (const attempt of attempts) given.push(await give(attempt));
    const after = await this.database.rows();
    const kept = [...this.kept];
    return Promise.all(
      given.map(async (each) => {
        const { expected, gotIn, stallMs } = each;
        const wrong =
          'subject' in expected
            ? await this.#asMember({ ...each, expected }, before, after)
            : await this.#asRefused({ ...each, expected });
        const written = 'subject' in expected ? [] : writtenIn(expected, difference(before, after), kept);
        const blamed = gotIn || given.every((other) => !other.gotIn);
        return { wrong: [...wrong, ...(blamed ? written : [])], gotIn, stallMs };
      }),
    );
  }

  async #asMember(
    { browser, connection, expected, gotIn, status, page }: Given<Admission>,
    before: Rows,
    after: Rows,
  ): Promise<string[]> {
    if (status !== 303 || !gotIn) return [`refused with ${status} ${codeOf(page)}`];
    const wrong: string[] = [];
    const session = (await (await browser.get(`${this.url}/sso/session`)).json()) as {
      roles: { role: string }[];
    };
    const held = session.roles.map(({ role }) => role).toSorted();
    if (held.join() !== expected.roles.join())
      wrong.push(`has the roles ${held.join()} instead of ${expected.roles.join()}`);
    const old = new Set(before.get('identities'));
    const subjects = (after.get('identities') ?? [])
      .filter((row) => !old.has(row))
      .map((row) => JSON.parse(row) as { source: string; subject: string })
      .filter(({ source }) => source.includes(connection))
      .map((row) => row.subject);
    if (subjects.length !== 1 || subjects[0] !== expected.subject)
      wrong.push(`is known as ${JSON.stringify(subjects)} instead of ${JSON.stringify(expected.subject)}`);
    return wrong;
  }

  async #asRefused({ connection, expected, gotIn, status, page }: Given<Refusal>): Promise<string[]> {
    const wrong: string[] = [];
    if (gotIn || status < 400) wrong.push(`got in (${status})`);
    if (status >= 500) wrong.push(`status ${status}`);
    const code = codeOf(page);
    const codes = [expected.code].flat();
    if (code === undefined || !codes.includes(code))
      wrong.push(`code ${code} instead of ${codes.join(' or ')}`);
    wrong.push(...(await this.#untraced(connection, expected, code, page)));
    return wrong;
  }

  /** The cause is in the trace of its own reference, or among those counted; the latter within the second in which they are. */
  async #untraced(
    connection: string,
    expected: Refusal,
    code: string | undefined,
    page: string,
  ): Promise<string[]> {
    const reference = /<dt>Reference<\/dt><dd>([^<]*)/.exec(page)?.[1];
    if (reference === undefined) return ['no reference'];
    const wanted = expected.notBegun ? ['not-begun'] : ['failed', 'refused'];
    const end = Date.now() + 2_500;
    for (;;) {
      const traces = await this.database.traces(connection);
      for (const { outcome, detail, ...trace } of traces) {
        const counted = Object.keys((detail['codes'] ?? {}) as object);
        if (wanted.includes(outcome) && trace.code === code) return [];
        if (outcome === 'not-begun' && code !== undefined && counted.includes(code)) return [];
      }
      if (Date.now() > end)
        return [
          `no trace of ${code}, but ${traces.map(({ outcome, ...t }) => `${outcome} ${t.code}`).join() || 'none'}`,
        ];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): Promise<void> {
    return this.stop();
  }
}

async function give(attempt: Attempt): Promise<Given> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const answer = await attempt.answer();
  delay.disable();
  const page = await answer.text();
  const { status } = answer;
  return { ...attempt, status, page, gotIn: isIn(attempt.browser), stallMs: delay.max / 1e6 };
}

function writtenIn(
  { spends }: Refusal,
  rows: ReturnType<typeof difference>,
  kept: readonly string[],
): string[] {
  const tables = [...rows]
    .filter(([table, { went }]) => !spends?.includes(table) || went > 0)
    .map(([table, { came, went }]) => `${table}: ${came} rows came, ${went} went`);
  return kept.length > 0 && spends === undefined ? [...tables, `kept ${kept.join()}`] : tables;
}

/** Whether the browser holds a session of ours. */
export function isIn(browser: Browser): boolean {
  return browser.cookies.has('idp-roles');
}

function codeOf(page: string): string | undefined {
  return /<dt>Code<\/dt><dd>([^<]*)/.exec(page)?.[1];
}

/** The same store, which says what is written to it. */
function watched(store: EphemeralStore, kept: string[]): EphemeralStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        if (name === 'set' || name === 'add') kept.push(String(given[0]));
        return value.apply(target, given) as unknown;
      };
    },
  });
}
