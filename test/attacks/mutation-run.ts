import { homes } from './home.js';
import type { Mutation } from './mutation-list.js';
import { makeKeys as makeOidcKeys, OidcAttacks } from './oidc/oidc-attacks.js';
import { oidcCases } from './oidc/oidc-catalogue.js';
import { Providers } from './oidc/provider.js';
import { oidcSequences } from './oidc/replays.js';
import { play } from './play.js';
import { samlSequences } from './saml/replays.js';
import { samlCases } from './saml/saml-catalogue.js';
import { makeKeys, SamlAttacks } from './saml/saml-attacks.js';
import { playSequences } from './sequence.js';
import { Target } from './target.js';
import type { Verdict } from './verdict.js';

/** Plays cases against the app as it is loaded here, of some classes or of all, and answers those that noticed something. */
export interface Bench {
  noticed(mutation: Pick<Mutation, 'protocol' | 'classes'>, all?: boolean): Promise<Verdict[]>;
  close(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const target = await Target.start(homes[0]!);
  const providers = await Providers.start(await makeOidcKeys());
  const saml = new SamlAttacks(target, await makeKeys());
  const oidc = new OidcAttacks(target, providers);
  const world = { target, saml, oidc };
  return {
    async noticed({ protocol, classes }, all = false) {
      const wanted = (name: string) => all !== classes.includes(name.replace(/^(SAML|OIDC) /, ''));
      const verdicts =
        protocol === 'SAML'
          ? [
              ...(await play(
                target,
                samlCases.filter((each) => wanted(each.class)),
                {
                  prepare: saml.prepare.bind(saml),
                },
              )),
              ...(await playSequences(
                world,
                samlSequences.filter((each) => wanted(each.class)),
              )),
            ]
          : [
              ...(await play(
                target,
                oidcCases.filter((each) => wanted(each.class)),
                {
                  prepare: oidc.prepare.bind(oidc),
                  atOnce: true,
                },
              )),
              ...(await playSequences(
                world,
                oidcSequences.filter((each) => wanted(each.class)),
              )),
            ];
      return verdicts.filter(({ wrong }) => wrong.length > 0);
    },
    async close() {
      await target.close();
      await providers.close();
    },
  };
}
