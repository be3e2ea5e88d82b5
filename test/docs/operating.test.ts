import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ConnectionService,
  defineAccess,
  IdpRolesModule,
  openStore,
  OrganizationService,
  setupIdpRoles,
} from '@idp-roles/nestjs';
import { root } from '../architecture/house.js';

const page = readFileSync(join(root, 'docs/operating.md'), 'utf8');
const source = (path: string) => readFileSync(join(root, path), 'utf8');

/** Names of an interface's properties, those of object types in it as `outer.inner`. */
function propertiesOf(text: string, name: string): string[] {
  const body = new RegExp(`interface ${name}\\b[^{]*\\{([\\s\\S]*?)^\\}`, 'm').exec(text)![1]!;
  let outer = '';
  return body.split('\n').flatMap((line) => {
    const [, indent = '', property = ''] = /^( +)readonly (\w+)\??:/.exec(line) ?? [];
    if (property === '') return [];
    if (indent.length === 2) outer = property;
    const inner = [...line.matchAll(/[{;] readonly (\w+)\??:/g)].map(([, each]) => `${outer}.${each}`);
    return [indent.length === 2 ? property : `${outer}.${property}`, ...inner];
  });
}

describe('the operating guide', () => {
  const folder = mkdtempSync(join(tmpdir(), 'idp-roles-operating-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('lists every option, and none that is not there', () => {
    const options = source('libs/nestjs/src/options.ts');
    const outbound = propertiesOf(source('libs/outbound/src/outbound-options.ts'), 'OutboundOptions');
    const real = [
      ...propertiesOf(options, 'IdpRolesShape'),
      ...propertiesOf(options, 'IdpRolesOptions'),
      ...outbound.map((name) => `outbound.${name}`),
    ].filter((name) => !['session', 'outbound', 'scim'].includes(name));
    const tables = page.slice(0, page.indexOf("### The demo's variables"));
    const listed = [...tables.matchAll(/^\| `([\w.]+)` +\|/gm)].map(([, name]) => name!);
    expect(listed.toSorted()).toEqual(real.toSorted());
  });

  it("lists every variable of the demo's, and none that is not there", () => {
    const real = source('apps/demo/src/environment.ts').matchAll(/env\['(\w+)'\]|kept\('(\w+)'/g);
    const names = new Set([...real].map(([, read, kept]) => read ?? kept));
    names.delete('NODE_ENV');
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual([...names].toSorted());
  });

  it('D5: a copy made while the app runs opens, and a new secret in front of the old one reads it', async () => {
    const [old, next] = [
      'the old secret, of 32 characters or more',
      'the next secret, of 32 characters or more',
    ];
    const app = await start(join(folder, 'data'), old!);
    const { id } = await app.get(OrganizationService).create({ name: 'Acme' });
    const made = await app.get(ConnectionService).create(id, {
      name: 'Acme',
      protocol: 'oidc',
      oidc: { issuer: 'https://id.acme.test', clientId: 'us', clientSecret: 'of the client' },
    });
    const restored = join(folder, 'restored');
    mkdirSync(restored);
    const running = new DatabaseSync(join(folder, 'data', 'idp-roles.db'), { readOnly: true });
    await backup(running, join(restored, 'idp-roles.db'));
    running.close();
    await app.close();

    const store = await openStore({ folder: restored }, { secretKeys: [next!, old!] });
    expect(await store.read.connections.secrets(id, made.id)).toEqual({ clientSecret: 'of the client' });
    await store.close();
    const lost = await openStore({ folder: restored }, { secretKeys: [next!] });
    await expect(lost.read.connections.secrets(id, made.id)).rejects.toMatchObject({
      code: 'secret-unreadable',
    });
    await lost.close();
  });
});

async function start(data: string, secret: string | string[]): Promise<INestApplication> {
  const access = defineAccess({ resources: {}, roles: { 'org-member': { permissions: ['page:view'] } } });
  const options = { access, publicUrl: 'http://localhost:3000', store: { folder: data }, secret };
  const app = setupIdpRoles(
    await NestFactory.create(IdpRolesModule.forRoot(options), { logger: false, abortOnError: false }),
  );
  return app.init();
}
