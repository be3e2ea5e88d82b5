import { randomBytes } from 'node:crypto';
import type { SimulatorKeys } from '../keys.js';
import type { Person } from '../person.js';
import type { Realm } from '../realm.js';
import { idpMetadataXml } from './metadata.js';
import type { FailedStatus, ResponseContent } from './response.js';
import { failureXml, newId, responseXml } from './response.js';
import type { ServiceProvider } from './service-providers.js';
import type { Signed } from './signature.js';
import { signResponse } from './signature.js';
import { nameIdFormat } from './xml.js';

/** What the browser posts to the service provider (bindings section 3.5.4). */
export interface PostedResponse {
  readonly action: string;
  /** base64 */
  readonly SAMLResponse: string;
  readonly RelayState?: string;
}

/** Parts of an answer to word otherwise than this IdP would. */
export interface Deviation extends Partial<ResponseContent> {
  readonly signed?: Signed;
}

/** The request an answer is for; without `id`, one that nobody asked for (IdP-initiated). */
export interface AnsweredRequest {
  readonly serviceProvider: ServiceProvider;
  readonly id?: string;
  readonly nameIdFormat?: string;
  readonly relayState?: string;
}

const lifetime = 5 * 60_000;
const skew = 60_000;

export class IdentityProvider {
  readonly idpIssuer: string;
  readonly entryPoint: string;
  readonly certificate: string;
  readonly metadataXml: string;

  constructor(
    private readonly realm: Realm,
    private readonly keys: SimulatorKeys,
    private readonly signed: Signed,
  ) {
    this.idpIssuer = `${realm.url}/saml/metadata`;
    this.entryPoint = `${realm.url}/saml/sso`;
    this.certificate = keys.samlCertificate;
    this.metadataXml = idpMetadataXml(this.idpIssuer, this.entryPoint, this.certificate);
  }

  answer(request: AnsweredRequest, person: Person, deviation: Deviation = {}): PostedResponse {
    const nameId = nameIdOf(person, request.nameIdFormat);
    if (!nameId) return this.refuse(request, 'InvalidNameIDPolicy');
    const { signed = this.signed, ...content } = deviation;
    const issuedAt = content.issuedAt ?? new Date();
    const xml = responseXml({
      ...this.#frame(request, issuedAt),
      recipient: request.serviceProvider.acsUrl,
      audience: request.serviceProvider.entityId,
      notBefore: new Date(issuedAt.getTime() - skew),
      notOnOrAfter: new Date(issuedAt.getTime() + lifetime),
      nameId,
      sessionIndex: newId(),
      attributes: this.realm.samlAttributes(person),
      ...content,
    });
    return posted(request, signResponse(xml, signed, this.keys));
  }

  /** An answer without an assertion, unsigned as most IdPs send it unless responses are signed. */
  refuse(request: AnsweredRequest, status: FailedStatus): PostedResponse {
    const xml = failureXml(this.#frame(request, new Date()), status);
    return posted(request, signResponse(xml, this.signed === 'both' ? 'response' : 'none', this.keys));
  }

  #frame(request: AnsweredRequest, issuedAt: Date) {
    return {
      issuer: this.idpIssuer,
      destination: request.serviceProvider.acsUrl,
      inResponseTo: request.id,
      issuedAt,
    };
  }
}

function nameIdOf(
  person: Person,
  format: string = nameIdFormat.persistent,
): ResponseContent['nameId'] | undefined {
  switch (format) {
    case nameIdFormat.persistent:
    case nameIdFormat.unspecified:
      return { format: nameIdFormat.persistent, value: person.subject };
    case nameIdFormat.emailAddress:
      return { format, value: person.email };
    case nameIdFormat.transient:
      return { format, value: randomBytes(16).toString('hex') };
    default:
      return undefined;
  }
}

function posted(request: AnsweredRequest, xml: string): PostedResponse {
  return {
    action: request.serviceProvider.acsUrl,
    SAMLResponse: Buffer.from(xml).toString('base64'),
    ...(request.relayState === undefined ? {} : { RelayState: request.relayState }),
  };
}
