import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../src/index.js';
import { startSimulator } from '../src/index.js';

/** `fetch` does not let a test choose the Host header. */
function statusFor(simulator: Simulator, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(simulator.url);
    const asked = request({ host: '127.0.0.1', port, path: '/api/people', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}

describe('host names', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({ log: false });
  });
  afterAll(() => simulator.close());

  it('answers to its own name and to loopback, not to a name that was rebound to it', async () => {
    const { host, port } = new URL(simulator.url);
    expect(await statusFor(simulator, host)).toBe(200);
    expect(await statusFor(simulator, `localhost:${port}`)).toBe(200);
    expect(await statusFor(simulator, `evil.test:${port}`)).toBe(421);
  });

  it('is named by baseUrl', async () => {
    const named = await startSimulator({ log: false, baseUrl: 'https://idp.acme.test/' });
    try {
      expect(named.url).toBe('https://idp.acme.test');
      expect(named.oidc.issuer).toBe('https://idp.acme.test/oidc');
      expect(named.saml.metadataXml).toContain('https://idp.acme.test/saml/sso');
    } finally {
      await named.close();
    }
  });
});
