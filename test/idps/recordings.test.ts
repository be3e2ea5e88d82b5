import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesBelow, root } from '../architecture/house.js';
import { type Answer, type Json, nameOf } from '../scim/scim-client.js';
import { onEachStore, type ScimDirectory } from '../scim/scim-host.js';
import { recordings, type Exchange, type Holds, type Recording } from './recording.js';

it('every recording says where it is from, and there is one of each vendor', () => {
  for (const { source, quirks } of recordings()) {
    expect(source.title.length * source.section.length).toBeGreaterThan(0);
    expect(quirks.length).toBeGreaterThan(0);
  }
  const vendors = new Set(recordings().map(({ name }) => name.split('/')[0]));
  expect([...vendors]).toEqual(['entra', 'jumpcloud', 'okta', 'onelogin', 'ping']);
});

it('every recording that the code names is there', () => {
  const known = new Set(recordings().map(({ name }) => `test/idps/${name}`));
  const sources = filesBelow('libs', (path) => /\/src\/.*\.ts$/.test(path));
  const named = sources.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/test\/idps\/[\w/-]+\.json/g)].map(([name]) => ({
      path,
      name,
    })),
  );
  expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
});

onEachStore('what identity providers send', (host) => {
  it.each(recordings())('$name', async (recording) => {
    const { admin } = host();
    const directory = await host().directory({
      domain: 'acme.test',
      ...(recording.mappings && { mappings: recording.mappings }),
    });
    try {
      const known = await prepare(directory, recording);
      for (const [at, step] of recording.exchanges.entries()) {
        if ('then' in step) await holds(directory, known, step.then, `after exchange ${at}`);
        else await exchange(directory, known, step);
      }
      if (recording.after) await holds(directory, known, recording.after, 'afterwards');
    } finally {
      await admin.call('DELETE', `/organizations/${directory.organization}`);
    }
  });
});

type Known = Map<string, string>;

async function prepare({ scim, domain }: ScimDirectory, { before = {} }: Recording): Promise<Known> {
  const known: Known = new Map();
  for (const person of before.people ?? []) {
    const userName = `${person}@${domain}`;
    const more = { externalId: `ext-${person}`, emails: [{ value: userName, type: 'work', primary: true }] };
    known.set(person, (await scim.user(userName, before.bare === true ? {} : more))['id'] as string);
  }
  for (const [name, people] of Object.entries(before.groups ?? {})) {
    const members = people.map((person) => fill(`{{${person}}}`, known));
    known.set(name, (await scim.group(name, members))['id'] as string);
  }
  return known;
}

async function exchange({ scim }: ScimDirectory, known: Known, { request, response }: Exchange) {
  const { method, path, headers, body } = request;
  const answer = await scim.send(method, fill(path, known), {
    ...(headers && { headers }),
    ...(body !== undefined && { raw: fill(JSON.stringify(body), known) }),
  });
  const said = `${method} ${path} → ${answer.status} ${answer.text}`;
  expect([response.status].flat(), said).toContain(answer.status);
  if (answer.status !== 204)
    expect(contentType(answer), said).toBe(headers?.['accept'] ?? 'application/scim+json');
  for (const [name, place] of Object.entries(response.keep ?? {})) {
    known.set(name, answer.body[place] as string);
  }
  if (response.body) expectWithin(answer.body, JSON.parse(fill(JSON.stringify(response.body), known)), said);
  for (const attribute of response.absent ?? []) expect(answer.body, said).not.toHaveProperty([attribute]);
  if (response.empty === true) expect(answer.body['Resources'] ?? [], said).toEqual([]);
}

async function holds(
  directory: ScimDirectory,
  known: Known,
  { users = {}, groups = {}, members = {} }: Holds,
  when: string,
) {
  const { scim } = directory;
  for (const [userName, expected] of Object.entries(users)) {
    const { Resources: [user] = [] } = (await scim.get('/Users', { filter: `userName eq "${userName}"` }))
      .body;
    if (expected === null) expect(user, when).toBeUndefined();
    else expectWithin(user, JSON.parse(fill(JSON.stringify(expected), known)), `${userName} ${when}`);
  }
  for (const [displayName, expected] of Object.entries(groups)) {
    const filter = `displayName eq "${displayName}"`;
    const { Resources: [group] = [] } = (await scim.get('/Groups', { filter })).body;
    if (expected === null) expect(group, when).toBeUndefined();
    else expect(await namesIn(directory, group), `${displayName} ${when}`).toEqual(expected);
  }
  for (const [email, { status, roles }] of Object.entries(members)) {
    const member = await directory.member(email);
    const found = { email, status: member?.['status'], roles: await directory.roles(email) };
    expect(found, when).toEqual({ email, status, roles });
  }
}

async function namesIn({ scim }: ScimDirectory, group: Json | undefined): Promise<string[] | undefined> {
  if (group === undefined) return undefined;
  const ids = ((group['members'] ?? []) as Json[]).map(({ value }) => value as string);
  const people = await Promise.all(ids.map((id) => scim.read(`/Users/${id}`)));
  return people.map(nameOf).toSorted();
}

function fill(text: string, known: Known): string {
  return text.replaceAll(/\{\{([^}]+)\}\}/g, (whole, name: string) => {
    const value = known.get(name);
    if (value === undefined) throw new Error(`nothing was kept as ${whole}`);
    return value;
  });
}

/** Objects may say more than is expected of them; arrays may not. */
function expectWithin(actual: unknown, expected: unknown, said: string): void {
  if (Array.isArray(expected)) {
    expect(Array.isArray(actual) && actual.length === expected.length, said).toBe(true);
    for (const [at, one] of expected.entries()) expectWithin((actual as unknown[])[at], one, said);
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [name, value] of Object.entries(expected)) {
      expectWithin((actual as Json | undefined)?.[name], value, `${said}\nin ${name}`);
    }
  } else expect(actual, said).toEqual(expected);
}

function contentType({ headers }: Answer): string | undefined {
  return headers.get('content-type')?.split(';')[0];
}
