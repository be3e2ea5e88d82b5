import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homes } from './home.js';
import { makeKeys, OidcAttacks } from './oidc/oidc-attacks.js';
import { oidcCases } from './oidc/oidc-catalogue.js';
import { Providers } from './oidc/provider.js';
import { oidcSequences } from './oidc/replays.js';
import { playSequences } from './sequence.js';
import { tally, wrongOnes } from './tally.js';
import { play } from './play.js';
import { Target } from './target.js';

describe.each(homes)('hostile OpenID providers, $name', (home) => {
  let target: Target;
  let providers: Providers;
  beforeAll(async () => {
    [target, providers] = await Promise.all([Target.start(home), Providers.start(await makeKeys())]);
  });
  afterAll(async () => {
    await target?.close();
    await providers?.close();
  });

  it(
    'L2: the genuine get in as who they are, all others leave nothing but a trace',
    { timeout: 120_000 },
    async () => {
      const attacks = new OidcAttacks(target, providers);
      const prepare = attacks.prepare.bind(attacks);
      const verdicts = [
        ...(await play(target, oidcCases, { prepare, atOnce: true })),
        ...(await playSequences({ target, oidc: attacks }, oidcSequences)),
      ];
      console.log(tally(`OpenID Connect, ${home.name}`, verdicts));
      expect(wrongOnes(verdicts)).toEqual([]);
    },
  );
});
