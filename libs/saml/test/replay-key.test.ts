import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { acsUrl, at, bearer, minute, now, requestId } from './response-builder.js';
import { makeBench, type Bench } from './verification.js';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});

interface Confirmation {
  readonly end: number;
  readonly start?: number;
  readonly recipient?: string;
  readonly unsolicited?: boolean;
  readonly method?: string;
}

const xmlOf = ({ end, start, recipient = acsUrl, unsolicited, method = bearer }: Confirmation) =>
  `<saml:SubjectConfirmation Method="${method}"><saml:SubjectConfirmationData Recipient="${recipient}" NotOnOrAfter="${at(end)}"${
    start === undefined ? '' : ` NotBefore="${at(start)}"`
  }${unsolicited === true ? '' : ` InResponseTo="${requestId}"`}/></saml:SubjectConfirmation>`;
const signed = (confirmations: readonly Confirmation[], conditionsEnd = 50 * minute) =>
  bench.signed({
    confirmationXml: confirmations.map(xmlOf).join(''),
    notOnOrAfter: at(conditionsEnd),
    responseInResponseTo: undefined,
  });
const keptFor = (confirmations: readonly Confirmation[], conditionsEnd?: number) => {
  const xml = signed(confirmations, conditionsEnd).replace(
    'ID="_response-1"',
    `ID="_response-1" InResponseTo="${requestId}"`,
  );
  return bench.verify(xml).replayKey.expiresAt - now;
};

describe('the replay key', () => {
  it('L2: lasts as long as the last confirmation, wherever it stands', () => {
    expect(keptFor([{ end: minute }, { end: 30 * minute }])).toBe(31 * minute);
    expect(keptFor([{ end: 30 * minute }, { end: minute }])).toBe(31 * minute);
  });

  it('L2: also where that one does not hold yet, or is for another sign-in', () => {
    expect(keptFor([{ end: minute }, { start: 20 * minute, end: 30 * minute }])).toBe(31 * minute);
    expect(keptFor([{ end: minute }, { end: 30 * minute, unsolicited: true }])).toBe(31 * minute);
  });

  it('L2: but no longer than the conditions or an hour, nor for what is no bearer confirmation', () => {
    expect(keptFor([{ end: minute }, { end: 30 * minute }], 10 * minute)).toBe(11 * minute);
    expect(keptFor([{ end: 99 * minute }], 99 * minute)).toBe(61 * minute);
    expect(keptFor([{ end: minute }, { end: 30 * minute, method: 'urn:other' }])).toBe(2 * minute);
  });

  it('L2: is there at every instant at which the assertion could be used again', () => {
    const offset = fc.integer({ min: -3, max: 70 }).map((minutes) => minutes * minute);
    const confirmation = fc.record(
      {
        end: offset,
        start: fc.option(offset, { nil: undefined }),
        recipient: fc.constantFrom(acsUrl, 'https://other.test/acs'),
        unsolicited: fc.boolean(),
      },
      { requiredKeys: ['end'] },
    );
    fc.assert(
      fc.property(
        fc.array(confirmation, { minLength: 1, maxLength: 3 }),
        offset,
        fc.array(offset, { minLength: 4, maxLength: 4 }),
        (confirmations, conditionsEnd, instants) => {
          const unsolicited = signed(confirmations, conditionsEnd);
          const answer = unsolicited.replace(
            'ID="_response-1"',
            `ID="_response-1" InResponseTo="${requestId}"`,
          );
          const uses = instants.flatMap((instant) =>
            (
              [
                [unsolicited, {}],
                [answer, { requestId }],
              ] as const
            ).flatMap(([xml, expectations]) => {
              const args = [xml, { allowIdpInitiated: true }, expectations, now + instant] as const;
              return bench.refusal(...args) === 'accepted'
                ? [{ at: now + instant, until: bench.verify(...args).replayKey.expiresAt }]
                : [];
            }),
          );
          for (const { until } of uses) for (const use of uses) expect(use.at).toBeLessThan(until);
        },
      ),
      { numRuns: 30 },
    );
  });
});
