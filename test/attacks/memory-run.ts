import { Browser } from '../../libs/nestjs/test/sign-in/browser.js';
import { homes } from './home.js';
import { makeKeys as makeOidcKeys, OidcAttacks } from './oidc/oidc-attacks.js';
import { isSlow } from './oidc/endpoints.js';
import { oidcCases } from './oidc/oidc-catalogue.js';
import { Providers } from './oidc/provider.js';
import type { Prepared } from './play.js';
import { samlCases } from './saml/saml-catalogue.js';
import { makeKeys, SamlAttacks } from './saml/saml-attacks.js';
import { isIn, Target } from './target.js';

/** Brings so many answers that must be refused, and looks every 1 000. */
export async function refuseMany(count: number, look: (refused: number) => Promise<void>): Promise<void> {
  const target = await Target.start(homes[0]!);
  const providers = await Providers.start(await makeOidcKeys());
  const saml = new SamlAttacks(target, await makeKeys());
  const oidc = new OidcAttacks(target, providers);
  const prepared = samlCases.filter((each) => !each.connection).map((each) => () => saml.prepare(each));
  const fixed: Prepared[] = [];
  for (const each of oidcCases.filter((one) => !isSlow(one) && one.class !== 'addresses').slice(0, 120))
    fixed.push(await oidc.prepare(each));
  let refused = 0;
  for (let round = 0; refused < count; round++) {
    const next = round % 3 === 0 ? fixed[round % fixed.length]! : await prepared[round % prepared.length]!();
    if ('subject' in next.expected) continue;
    const answer = await next.answer();
    await answer.arrayBuffer();
    if (isIn(next.browser) || answer.status < 400) throw new Error(`${next.class}, ${next.name} got in`);
    if (++refused % 1_000 === 0) await look(refused);
  }
  const stranger = new Browser();
  await stranger.get(`${target.url}/sso/session`);
  await target.close();
  await providers.close();
}
