import { randomBytes } from 'node:crypto';
import { SimulatorError } from '../error.js';
import type { SimulatorKeys } from '../keys.js';
import type { Person } from '../person.js';
import type { Realm } from '../realm.js';
import {
  logoutRequestXml,
  logoutResponseXml,
  outgoingLogout,
  type LogoutContent,
  type OutgoingLogout,
  type ReceivedLogoutRequest,
} from './logout.js';
import { idpMetadataXml } from './metadata.js';
import type { SentBy } from './protocol-message.js';
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

/** Parts of a LogoutRequest to word otherwise than this IdP would. */
export interface LogoutDeviation extends Partial<LogoutContent> {
  readonly relayState?: string;
  readonly signed?: boolean;
  readonly binding?: SentBy;
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
  readonly sloUrl: string;
  /** How logout messages leave: each service provider is expected to take both. */
  logoutBinding: SentBy = 'redirect';
  readonly certificate: string;
  readonly metadataXml: string;

  constructor(
    private readonly realm: Realm,
    private readonly keys: SimulatorKeys,
    private readonly signed: Signed,
  ) {
    this.idpIssuer = `${realm.url}/saml/metadata`;
    this.entryPoint = `${realm.url}/saml/sso`;
    this.sloUrl = `${realm.url}/saml/slo`;
    this.certificate = keys.samlCertificate;
    this.metadataXml = idpMetadataXml(this.idpIssuer, this.entryPoint, this.sloUrl, this.certificate);
  }

  answer(request: AnsweredRequest, person: Person, deviation: Deviation = {}): PostedResponse {
    const nameId = nameIdOf(person, request.nameIdFormat);
    if (!nameId) return this.refuse(request, 'InvalidNameIDPolicy');
    const { signed = this.signed, ...content } = deviation;
    const issuedAt = content.issuedAt ?? new Date();
    const whole = {
      ...this.#frame(request, issuedAt),
      recipient: request.serviceProvider.acsUrl,
      audience: request.serviceProvider.entityId,
      notBefore: new Date(issuedAt.getTime() - skew),
      notOnOrAfter: new Date(issuedAt.getTime() + lifetime),
      nameId,
      sessionIndex: newId(),
      attributes: this.realm.samlAttributes(person),
      ...content,
    };
    const { entityId } = request.serviceProvider;
    const { nameId: named, sessionIndex } = whole;
    this.realm.participations.add({
      protocol: 'saml',
      login: person.login,
      entityId,
      nameId: named,
      sessionIndex,
    });
    return posted(request, signResponse(responseXml(whole), signed, this.keys));
  }

  /** To a service provider with an address for it. @throws SimulatorError `service-provider-unknown`, `logout-invalid` */
  logoutRequest(
    entityId: string,
    about: Pick<LogoutContent, 'nameId' | 'sessionIndex'> & LogoutDeviation,
  ): OutgoingLogout {
    const { relayState, signed, binding = this.logoutBinding, ...content } = about;
    const to = this.#sloUrlOf(entityId);
    const xml = logoutRequestXml({
      id: newId(),
      issuer: this.idpIssuer,
      destination: to,
      issuedAt: new Date(),
      ...content,
    });
    return outgoingLogout({ parameter: 'SAMLRequest', xml, to, binding, relayState, signed }, this.keys);
  }

  /** The answer to a service provider's request. */
  logoutResponse(
    { id, issuer }: ReceivedLogoutRequest,
    relayState: string | undefined,
    { status = 'Success' }: { readonly status?: 'Success' | 'Responder' } = {},
  ): OutgoingLogout {
    const to = this.#sloUrlOf(issuer);
    const xml = logoutResponseXml({ issuer: this.idpIssuer, destination: to, inResponseTo: id, status });
    return outgoingLogout(
      { parameter: 'SAMLResponse', xml, to, binding: this.logoutBinding, relayState },
      this.keys,
    );
  }

  #sloUrlOf(entityId: string): string {
    const { sloUrl } = this.realm.serviceProviders.get(entityId);
    if (sloUrl !== undefined) return sloUrl;
    throw new SimulatorError('logout-invalid', `\`${entityId}\` has no single logout address registered`);
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
