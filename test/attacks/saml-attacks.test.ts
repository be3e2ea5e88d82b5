import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homes } from './home.js';
import { samlCases } from './saml/saml-catalogue.js';
import { makeKeys, SamlAttacks } from './saml/saml-attacks.js';
import { play } from './play.js';
import { Target } from './target.js';
import { samlSequences } from './saml/replays.js';
import { playSequences } from './sequence.js';
import { tally, wrongOnes } from './tally.js';

describe.each(homes)('hostile SAML responses, $name', (home) => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start(home);
  });
  afterAll(() => target?.close());

  it(
    'L2: the genuine get in as who they are, all others leave nothing but a trace',
    { timeout: 120_000 },
    async () => {
      const attacks = new SamlAttacks(target, await makeKeys());
      const prepare = attacks.prepare.bind(attacks);
      const verdicts = [
        ...(await play(target, samlCases, { prepare })),
        ...(await playSequences({ target, saml: attacks }, samlSequences)),
      ];
      console.log(tally(`SAML, ${home.name}`, verdicts));
      expect(wrongOnes(verdicts)).toEqual([]);
    },
  );
});
