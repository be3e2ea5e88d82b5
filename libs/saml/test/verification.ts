import { expect } from 'vitest';
import {
  SamlError,
  verifyResponse,
  type ResponseExpectations,
  type SamlErrorCode,
  type SamlSettings,
} from '../src/index.js';
import { encode, makeSigningKey, sign, type SigningKey } from './identity-provider.js';
import {
  acsUrl,
  assertionXml,
  entityId,
  idpIssuer,
  now,
  requestId,
  responseXml,
  type ResponseParts,
} from './response-builder.js';

/** One IdP and one connection to it, for a test file. */
export interface Bench {
  readonly key: SigningKey;
  readonly settings: SamlSettings;
  /** A response whose assertion is signed. */
  signed(changes?: Partial<ResponseParts>): string;
  /** A response that is signed as a whole, and its assertion too. */
  signedTwice(changes?: Partial<ResponseParts>): string;
  verify(
    xml: string,
    settings?: Partial<SamlSettings>,
    expectations?: ResponseExpectations,
    at?: number,
  ): ReturnType<typeof verifyResponse>;
  /** The code it is refused with. */
  refusal(
    xml: string,
    settings?: Partial<SamlSettings>,
    expectations?: ResponseExpectations,
    at?: number,
  ): SamlErrorCode | 'accepted';
}

export async function makeBench(): Promise<Bench> {
  const key = await makeSigningKey();
  const settings: SamlSettings = {
    connection: 'con_1',
    idpIssuer,
    entryPoint: 'https://idp.test/sso',
    certificates: [key.certificate],
    entityId,
    acsUrl,
  };
  const verify: Bench['verify'] = (xml, changes = {}, expectations = { requestId }, instant = now) =>
    verifyResponse(encode(xml), { ...settings, ...changes }, expectations, instant);
  return {
    key,
    settings,
    signed: (changes = {}) => responseXml(changes, sign(assertionXml(changes), 'Assertion', key)),
    signedTwice: (changes = {}) =>
      sign(responseXml(changes, sign(assertionXml(changes), 'Assertion', key)), 'Response', key),
    verify,
    refusal: (...args) => codeOf(() => verify(...args)),
  };
}

export function codeOf(run: () => unknown): SamlErrorCode | 'accepted' {
  try {
    run();
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(SamlError);
    return (error as SamlError).code;
  }
}
