import { Browser } from '../../libs/nestjs/test/sign-in/browser.js';
import type { OidcAttacks } from './oidc/oidc-attacks.js';
import type { SamlAttacks } from './saml/saml-attacks.js';
import { difference } from './home.js';
import { isIn, type Target } from './target.js';
import { refused, type Refusal, type Verdict } from './verdict.js';

/** What takes more than one answer. */
export interface Sequence<W> {
  readonly class: string;
  readonly name: string;
  /** What was not as it must be. */
  readonly run: (world: W) => Promise<readonly string[]>;
}

export interface SamlWorld {
  readonly target: Target;
  readonly saml: SamlAttacks;
}
export interface OidcWorld {
  readonly target: Target;
  readonly oidc: OidcAttacks;
}

export async function playSequences<W>(world: W, sequences: readonly Sequence<W>[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const { run, name, ...sequence } of sequences) {
    const wrong = await run(world);
    verdicts.push({
      class: sequence.class,
      name,
      wrong,
      gotIn: wrong.some((each) => each.includes('got in')),
      stallMs: 0,
    });
  }
  return verdicts;
}

/** A browser with the same cookies as another. */
export function copyOf(browser: Browser): Browser {
  const copy = new Browser();
  for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
  return copy;
}

/** The one answer is refused so, and leaves nothing. */
export async function mustRefuse(
  { target }: { readonly target: Target },
  browser: Browser,
  connection: string,
  code: Refusal['code'],
  answer: () => Promise<Response>,
  more: Omit<Refusal, 'code'> = {},
): Promise<readonly string[]> {
  const [judged] = await target.judge([{ browser, connection, expected: refused(code, more), answer }]);
  return judged?.wrong ?? [];
}

export async function mustAdmit(
  browser: Browser,
  answer: () => Promise<Response>,
): Promise<readonly string[]> {
  const given = await answer();
  return given.status === 303 && isIn(browser) ? [] : [`refused with ${given.status}: ${await given.text()}`];
}

/** Of many copies brought at once one opens a session, all others nothing. */
export async function mustAdmitOne(
  { target }: { readonly target: Target },
  count: number,
  browser: Browser,
  answer: (copy: Browser) => Promise<Response>,
): Promise<readonly string[]> {
  const before = await target.database.rows();
  const copies = Array.from({ length: count }, () => copyOf(browser));
  const given = await Promise.all(copies.map(async (copy) => [copy, await answer(copy)] as const));
  await Promise.all(given.map(([, response]) => response.text()));
  const wrong: string[] = [];
  const admitted = given.filter(([copy, { status }]) => isIn(copy) || status < 400).length;
  if (admitted !== 1) wrong.push(`${admitted} of ${count} got in`);
  const odd = given.filter(([, { status }]) => status >= 500).length;
  if (odd > 0) wrong.push(`${odd} of ${count} failed with 5xx`);
  const came = difference(before, await target.database.rows());
  for (const table of ['sessions', 'replays', 'members', 'identities'])
    if (came.get(table)?.came !== 1) wrong.push(`${table}: ${came.get(table)?.came ?? 0} rows came`);
  return wrong;
}

/** All that was wrong, in order. */
export async function inTurn(...parts: readonly (() => Promise<readonly string[]>)[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const part of parts) wrong.push(...(await part()));
  return wrong;
}
