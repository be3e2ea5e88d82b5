import { SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import type { Profile, SamlConfig } from '@node-saml/node-saml';
import type { PostedResponse, Simulator } from '../src/index.js';

export const entityId = 'http://app.test/metadata';
export const acsUrl = 'http://app.test/acs';

/** A service provider that checks signatures, audience and InResponseTo; register it first. */
export function serviceProvider(simulator: Simulator, settings: Partial<SamlConfig> = {}) {
  simulator.saml.registerServiceProvider({ entityId, acsUrl });
  const saml = new SAML({
    issuer: entityId,
    audience: entityId,
    callbackUrl: acsUrl,
    entryPoint: simulator.saml.entryPoint,
    idpIssuer: simulator.saml.idpIssuer,
    idpCert: simulator.saml.certificate,
    identifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.always,
    ...settings,
  });
  const verify = async ({ SAMLResponse }: PostedResponse): Promise<Profile> => {
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse });
    if (!profile) throw new Error('no profile');
    return profile;
  };
  return {
    saml,
    verify,
    loginUrl: (relayState = '') => saml.getAuthorizeUrlAsync(relayState, undefined, {}),
    /** One sign-in, up to the verified profile. */
    async signIn(login: string) {
      const url = await saml.getAuthorizeUrlAsync('', undefined, {});
      return verify(await simulator.answerSaml(url, login));
    },
  };
}

/** The attributes of a verified profile as the XML had them. */
export const attributesOf = (profile: Profile) => profile.attributes as Record<string, string | string[]>;
export const xmlOf = ({ SAMLResponse }: PostedResponse) => Buffer.from(SAMLResponse, 'base64').toString();
