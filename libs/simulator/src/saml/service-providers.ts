import { SimulatorError } from '../error.js';

export interface ServiceProvider {
  readonly entityId: string;
  /** The one assertion consumer service that is posted to, compared byte for byte. */
  readonly acsUrl: string;
  /** Where logout messages go, by Redirect or POST. Without it the service provider is not told. */
  readonly sloUrl?: string;
}

/** Service providers that may ask. An IdP that posts to any URL it is told hands out its people's assertions. */
export class ServiceProviders {
  readonly #byEntityId = new Map<string, ServiceProvider>();

  constructor(
    serviceProviders: readonly ServiceProvider[],
    private readonly changed: () => void,
  ) {
    for (const serviceProvider of serviceProviders) this.#keep(serviceProvider);
  }

  list(): readonly ServiceProvider[] {
    return [...this.#byEntityId.values()];
  }

  /** Adds a service provider, or replaces the one of the same entity id. @throws SimulatorError `service-provider-invalid` */
  register(serviceProvider: ServiceProvider): void {
    this.#keep(serviceProvider);
    this.changed();
  }

  #keep({ entityId, acsUrl, sloUrl }: ServiceProvider): void {
    if (typeof entityId !== 'string' || !entityId || entityId.length > 1024) {
      throw new SimulatorError('service-provider-invalid', 'entityId: text of 1 to 1024 characters');
    }
    if (!isWebUrl(acsUrl)) throw new SimulatorError('service-provider-invalid', 'acsUrl: an http(s) URL');
    if (sloUrl !== undefined && !isWebUrl(sloUrl)) {
      throw new SimulatorError('service-provider-invalid', 'sloUrl: an http(s) URL');
    }
    const kept = { entityId, acsUrl, ...(sloUrl !== undefined && { sloUrl }) };
    this.#byEntityId.set(entityId, Object.freeze(kept));
  }

  /** @throws SimulatorError `service-provider-unknown` */
  get(entityId: string): ServiceProvider {
    const serviceProvider = this.#byEntityId.get(entityId);
    if (serviceProvider) return serviceProvider;
    throw new SimulatorError(
      'service-provider-unknown',
      `no service provider \`${entityId}\` is registered; register its entity id and ACS URL first`,
    );
  }

  /** Where the answer to a request goes. @throws SimulatorError `service-provider-unknown`, `acs-unknown` */
  answerTo(entityId: string, askedAcsUrl: string | undefined): ServiceProvider {
    const serviceProvider = this.get(entityId);
    if (askedAcsUrl === undefined || askedAcsUrl === serviceProvider.acsUrl) return serviceProvider;
    throw new SimulatorError(
      'acs-unknown',
      `\`${askedAcsUrl}\` is not the ACS URL of \`${entityId}\`, which is \`${serviceProvider.acsUrl}\``,
    );
  }
}

function isWebUrl(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
