import { randomBytes } from 'node:crypto';
import { SAML, type SamlConfig } from '@node-saml/node-saml';
import type { SamlSettings } from './saml-settings.js';

/** 160 random bits; an xs:ID begins with a letter or underscore. */
export function drawRequestId(): string {
  return `_${randomBytes(20).toString('hex')}`;
}

/**
 * Our settings in node-saml's terms. NameID format and authentication context are the IdP's to choose: what an admin set
 * up there must not be refused because a request asked for something else.
 */
export function requestConfig(
  settings: SamlSettings,
  { id, forceAuthn }: { readonly id: string; readonly forceAuthn?: boolean },
): SamlConfig {
  const post = settings.binding === 'post';
  return {
    entryPoint: settings.entryPoint,
    issuer: settings.entityId,
    callbackUrl: settings.acsUrl,
    idpCert: [...settings.certificates],
    authnRequestBinding: post ? 'HTTP-POST' : 'HTTP-Redirect',
    // Bindings §3.4.4.1 deflates what goes into a URL; §3.5.4 forbids it in a form.
    skipRequestCompression: post,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    forceAuthn: forceAuthn === true,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    generateUniqueId: () => id,
    ...(settings.signing && {
      privateKey: settings.signing.privateKey,
      publicCert: settings.signing.certificate,
    }),
  };
}

export interface RequestForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

export type OutgoingRequest = { readonly redirectTo: string } | { readonly form: RequestForm };

/** An AuthnRequest, ready to leave with the browser. */
export async function makeAuthnRequest(
  settings: SamlSettings,
  options: { readonly id: string; readonly relayState: string; readonly forceAuthn?: boolean },
): Promise<OutgoingRequest> {
  const saml = new SAML(requestConfig(settings, options));
  if (settings.binding !== 'post')
    return { redirectTo: await saml.getAuthorizeUrlAsync(options.relayState, undefined, {}) };
  const message = await saml.getAuthorizeMessageAsync(options.relayState, undefined, {});
  const fields = Object.fromEntries(Object.entries(message).map(([name, value]) => [name, String(value)]));
  return { form: { action: settings.entryPoint, fields } };
}
