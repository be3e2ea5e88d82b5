import { inflateRawSync } from 'node:zlib';
import { Browser } from '../../../libs/nestjs/test/sign-in/browser.js';
import { ecKey, rsaKey } from '../signing-key.js';
import type { Target } from '../target.js';
import type { Prepared } from '../play.js';
import type { Posted, SamlCase, SamlKeys, SamlSetting } from './saml-case.js';

const issuer = 'https://idp.test/entity';
/** Connections that cases take turns at, so that each failure has a trace of its own (L7: five a second). */
const TURNS = 24;

export async function makeKeys(): Promise<SamlKeys> {
  const [idp, idpEc, rogue, rogueEc] = await Promise.all([rsaKey(), ecKey(), rsaKey(), ecKey()]);
  return { idp, idpEc, rogue, rogueEc };
}

/** What cases are played against: one app, and the IdP that its connections trust. */
export class SamlAttacks {
  #shared: string[] = [];
  #made = 0;

  constructor(
    readonly target: Target,
    readonly keys: SamlKeys,
  ) {}

  async connect(fields: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { id } = await this.target.connect({
      protocol: 'saml',
      saml: {
        idpIssuer: issuer,
        entryPoint: 'https://idp.test/sso',
        certificates: [this.keys.idp.certificate, this.keys.idpEc.certificate],
      },
      ...fields,
    });
    return id;
  }

  /** A sign-in that this browser has begun. */
  async begun(browser: Browser, connection: string): Promise<SamlSetting> {
    const location = (await this.target.begin(browser, connection)).headers.get('location') ?? '';
    const { searchParams } = new URL(location);
    const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString();
    return this.setting(
      connection,
      / ID="([^"]*)"/.exec(request)?.[1] ?? '',
      searchParams.get('RelayState') ?? '',
    );
  }

  setting(connection: string, requestId: string, relayState: string): SamlSetting {
    const base = `${this.target.url}/sso/${connection}`;
    const id = `${Date.now().toString(36)}-${++this.#made}`;
    return {
      keys: this.keys,
      issuer,
      entityId: `${base}/metadata`,
      acsUrl: `${base}/acs`,
      requestId,
      relayState,
      id,
      person: `person-${id}`,
    };
  }

  async prepare(attack: SamlCase): Promise<Prepared> {
    const connection = attack.connection ? await this.connect(attack.connection) : await this.#turn();
    const browser = new Browser();
    const setting = await this.begun(browser, connection);
    const made = attack.make(setting);
    const posted: Posted = typeof made === 'string' ? { xml: made } : made;
    const answer = () => post(browser, setting, posted);
    const titled = { class: `SAML ${attack.class}`, name: attack.name };
    return { ...titled, browser, connection, expected: attack.expect(setting), answer };
  }

  async #turn(): Promise<string> {
    if (this.#shared.length < TURNS) {
      const made = await this.connect();
      this.#shared.push(made);
      return made;
    }
    const [next = ''] = this.#shared;
    this.#shared = [...this.#shared.slice(1), next];
    return next;
  }
}

export function post(
  browser: Browser,
  { acsUrl, relayState }: SamlSetting,
  posted: Posted,
): Promise<Response> {
  const encoded = posted.encoded ?? Buffer.from(posted.xml ?? '').toString('base64');
  const relay = posted.relayState === undefined ? relayState : posted.relayState;
  const form = new URLSearchParams({ SAMLResponse: encoded, ...(relay !== null && { RelayState: relay }) });
  return browser.fetch(acsUrl, {
    method: 'POST',
    headers: { 'content-type': posted.contentType ?? 'application/x-www-form-urlencoded' },
    body: posted.body === undefined ? form.toString() : posted.body,
  });
}
