import { createHash } from 'node:crypto';
import { generateServiceProviderMetadata } from '@node-saml/node-saml';
import type { SamlSettings } from './saml-settings.js';

/** What an IdP imports to know us: SP metadata (SAML metadata §2.4.4). Same settings, same bytes. Rule L6. */
export function samlMetadata(settings: Pick<SamlSettings, 'entityId' | 'acsUrl' | 'signing'>): string {
  const { entityId, acsUrl, signing } = settings;
  const id = createHash('sha256').update(`${entityId} ${acsUrl}`).digest('hex').slice(0, 40);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${generateServiceProviderMetadata({
    issuer: entityId,
    callbackUrl: acsUrl,
    identifierFormat: null,
    wantAssertionsSigned: true,
    generateUniqueId: () => `_${id}`,
    ...(signing && { privateKey: signing.privateKey, publicCerts: signing.certificate }),
  }).replace(/^<\?xml[^>]*\?>\s*/, '')}\n`;
}
