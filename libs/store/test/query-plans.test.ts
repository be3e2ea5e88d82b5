import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '../src/sql/open-store.js';
import type { StoreReader } from '../src/ports/store.js';
import { identity, member } from '../src/contract/specimens.js';
import { aFolder, secretKeys } from './folder.js';

const page = { limit: 10 };
const later = { limit: 10, after: Buffer.from('[1,"x"]').toString('base64url') };
const resource = { type: 'project', id: 'p' };

/** What a request path or a sync asks about one thing: it must not cost what the organization holds. */
const asked: Record<string, (read: StoreReader) => Promise<unknown>> = {
  'access.snapshot': (read) => read.access.snapshot('o', 'm'),
  'members.get': (read) => read.members.get('o', 'm'),
  'members.byEmail': (read) => read.members.byEmail('o', 'a@b.test'),
  'members.list': (read) => read.members.list('o', later),
  'members.list by e-mail': (read) => read.members.list('o', { ...page, email: 'a@b.test' }),
  'members.identity': (read) => read.members.identity(identity(member('o'))),
  'members.identities': (read) => read.members.identities('o', 'm'),
  'grants.get': (read) => read.grants.get('o', 'g'),
  'grants.ofMember': (read) => read.grants.ofMember('o', 'm'),
  'grants.ofMembers': (read) => read.grants.ofMembers('o', ['m', 'n']),
  'grants.withEvidenceOf': (read) => read.grants.withEvidenceOf('o', 'm'),
  'grants.bySource': (read) => read.grants.bySource('o', 'sso:c', ['force', 'default']),
  'grants.byRole': (read) => read.grants.byRole('o', 'r'),
  'grants.onResource': (read) => read.grants.onResource('o', 'project', 'p'),
  'grants.otherHolderExists': (read) => read.grants.otherHolderExists('o', 'r', 'm'),
  'resources.get': (read) => read.resources.get('o', resource),
  'resources.children': (read) => read.resources.children('o', resource, 10),
  'resources.path': (read) => read.resources.path('o', resource),
  'resources.existing': (read) => read.resources.existing('o', [resource, { ...resource, id: 'q' }]),
  'mappings.get': (read) => read.mappings.get('o', 'm'),
  'mappings.changedSince': (read) => read.mappings.changedSince('o', 'sso:c', 7),
  'mappings.toRole': (read) => read.mappings.toRole('o', 'r'),
  'sessions.get': (read) => read.sessions.get('o', 's'),
  'sessions.ofMember': (read) => read.sessions.ofMember('o', 'm'),
  'history.auditEvents of a member': (read) => read.history.auditEvents('o', { ...page, member: 'm' }),
  'history.traceByReference': (read) => read.history.traceByReference('o', 'r'),
  'organizations.ownerOf': (read) => read.organizations.ownerOf('a.test'),
  'serviceKeys.byHash': (read) => read.serviceKeys.byHash('h'),
};

it.each(Object.entries(asked))('P3, P7: %s reads by an index, not the whole organization', async (_, ask) => {
  const folder = await aFolder();
  const texts: string[] = [];
  const store = await openStore({ folder }, { secretKeys, onStatement: (text) => texts.push(text) });
  texts.length = 0;
  await ask(store.read);
  await store.close();
  const file = new DatabaseSync(join(folder, 'idp-roles.db'), { readOnly: true });
  const steps = texts.flatMap((text) =>
    file
      .prepare(`explain query plan ${text}`)
      .all()
      .map((row) => String(row['detail'])),
  );
  file.close();
  expect(steps).not.toEqual([]);
  // What a query made itself is as small as its answer; an organization has one version.
  const own = /^SCAN (held|path|\d|.*CONSTANT)|\bversions USING PRIMARY KEY \(organization=\?\)/;
  const whole = steps.filter((step) => /^SCAN|\(organization=\?\)( |$)/.test(step) && !own.test(step));
  expect(whole).toEqual([]);
});
