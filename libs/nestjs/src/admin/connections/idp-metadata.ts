import { OutboundError, type Outbound } from '@idp-roles/outbound';
import { parseIdpMetadata } from '@idp-roles/saml';
import { ProblemError } from '../problem/problem-error.js';
import { defined } from './merged.js';
import type { SamlBody } from './saml.body.js';

export interface SamlFields {
  readonly idpIssuer?: string;
  readonly entryPoint?: string;
  readonly certificates?: readonly string[];
  readonly binding?: 'redirect' | 'post';
  readonly logoutUrl?: string | null;
  readonly logoutBinding?: 'redirect' | 'post' | null;
  readonly logoutResponseUrl?: string | null;
}

/** What the admin gave, as fields. Metadata is fetched once, now: a later change at its address changes nothing here. */
export async function samlFields(body: SamlBody, outbound: Outbound): Promise<SamlFields> {
  const { idpMetadataXml, idpMetadataUrl, ...fields } = body;
  refuseTwoWays(body);
  const xml = idpMetadataUrl === undefined ? idpMetadataXml : await fetchMetadata(idpMetadataUrl, outbound);
  if (xml === undefined) return fields;
  const { idpIssuer, entryPoint, certificates, binding, ...found } = parseIdpMetadata(xml);
  // What new metadata no longer name is forgotten, not kept from the old ones.
  const { logoutUrl = null, logoutBinding = null, logoutResponseUrl = null } = found;
  const logout = { logoutUrl, logoutBinding, logoutResponseUrl };
  return { idpIssuer, entryPoint, certificates, binding, ...logout, ...defined(fields) };
}

function refuseTwoWays(body: SamlBody): void {
  const ways = [
    body.idpMetadataXml !== undefined,
    body.idpMetadataUrl !== undefined,
    body.idpIssuer !== undefined || body.entryPoint !== undefined || body.certificates !== undefined,
  ];
  if (ways.filter(Boolean).length <= 1) return;
  const message = 'give the fields, `idpMetadataXml` or `idpMetadataUrl`, one of the three';
  throw new ProblemError(422, 'invalid', `saml: ${message}`, [{ path: 'saml', code: 'invalid', message }]);
}

async function fetchMetadata(url: string, outbound: Outbound): Promise<string> {
  const response = await outbound.fetch(url).catch((error: unknown) => {
    if (error instanceof OutboundError) throw unreadable(error.code, error.message);
    throw error;
  });
  if (!response.ok)
    throw unreadable('metadata-unavailable', `the address answered with status ${response.status}`);
  return response.text();
}

function unreadable(code: string, message: string): ProblemError {
  return new ProblemError(422, code, message, [{ path: 'saml.idpMetadataUrl', code, message }]);
}
