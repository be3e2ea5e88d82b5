import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulator } from '@idp-roles/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../architecture/house.js';
import { AdminApi } from '../e2e/visitor.js';
import { SERVICE_KEY, startHost, startIdp, type HostApp } from '../../libs/nestjs/test/sign-in/host-app.js';
import { stepsOf } from './markdown.js';

interface Connection {
  readonly saml?: { readonly idpMetadataXml?: string; readonly idpMetadataUrl?: string };
}

const folder = 'docs/idps';
const guides = readdirSync(join(root, folder)).filter((name) => name !== 'README.md');

describe('the set-up guides', () => {
  let idp: Simulator;
  let host: HostApp;
  let admin: AdminApi;
  beforeAll(async () => {
    idp = await startIdp();
    host = await startHost();
    admin = new AdminApi({ url: host.url, serviceKey: SERVICE_KEY });
  });
  afterAll(async () => {
    await host?.close();
    await idp?.close();
  });

  /** The guide's own IdP cannot be asked here: its metadata is the simulator's. */
  function reachable(body: Connection): object {
    const { idpIssuer, entryPoint, certificate } = idp.saml;
    return body.saml === undefined
      ? body
      : { ...body, saml: { idpIssuer, entryPoint, certificates: [certificate] } };
  }

  it('lists every guide', () => {
    const index = stepsOf(`${folder}/README.md`);
    expect(index).toEqual([]);
    expect(guides.toSorted()).toEqual([
      'entra-id.md',
      'generic-oidc.md',
      'generic-saml.md',
      'google-workspace.md',
      'keycloak.md',
      'okta.md',
    ]);
  });

  it.each(guides)('%s: its connections can be made, and its mappings match its claims', async (name) => {
    const steps = stepsOf(`${folder}/${name}`);
    const blocks = steps.flatMap(({ kind, text }, at) =>
      kind === 'block' ? [{ what: text, body: JSON.parse(steps[at + 1]!.text) as object }] : [],
    );
    expect(blocks.map(({ what }) => what).slice(0, 3)).toEqual(['connection', 'claims', 'mapping']);
    const { id: organization } = await admin.call<{ id: string }>('POST', '/organizations', { name }, 201);
    await admin.call('PATCH', `/organizations/${organization}`, { domains: ['acme.test'] }, 200);
    let source = {};
    let claims = {};
    for (const { what, body } of blocks) {
      const at = `/organizations/${organization}`;
      if (what === 'claims') claims = body;
      if (what === 'connection') {
        const made = await admin.call('POST', `${at}/connections`, reachable(body), 201);
        expect(made).toMatchObject({ state: 'active', warnings: [] });
        source = { connection: made['id'] };
      }
      if (what === 'mapping') {
        const { id } = await admin.call('POST', `${at}/role-mappings`, { ...body, source }, 201);
        const preview = await admin.call('POST', `${at}/role-mappings/preview`, { source, claims }, 200);
        expect(preview, JSON.stringify(preview)).toMatchObject({
          grants: [{ evidence: [{ mapping: id }] }],
          whyNot: [],
        });
      }
    }
    await admin.call('DELETE', `/organizations/${organization}`, undefined, 204);
  });
});
