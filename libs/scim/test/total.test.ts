import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  parseGroupQuery,
  parseUserQuery,
  patchGroup,
  patchUser,
  presentUser,
  projectionOf,
  readBulk,
  readGroup,
  readUser,
  replaceGroup,
  replaceUser,
  runBulk,
  versionsIn,
} from '../src/index.js';
import { alice, enterprise, patchOp, resourceId } from './patch-op.js';
import { refusal } from './refusal.js';

const names = fc.constantFrom(
  ...'schemas Operations op path value userName active emails name members displayName externalId __proto__ constructor toString'.split(
    ' ',
  ),
  ...'title type primary $ref manager filter count cursor attributes bulkId method failOnErrors data'.split(
    ' ',
  ),
  enterprise,
  'urn:x:1.0:User',
);
const texts = fc.oneof(
  names,
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('True', 'add', 'remove'),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, -1, 1e300, '', []),
    texts,
    fc.array(tie('json'), { maxLength: 4 }),
    // As JSON.parse makes them: `__proto__` is a name like others.
    fc
      .array(fc.tuple(names, tie('json')), { maxLength: 5 })
      .map((entries) => Object.fromEntries(entries.map(([name, value]) => [name, value]))),
  ),
}));

const paths = fc.oneof(
  fc.constantFrom(
    ...'userName active title name name.givenName emails emails.value externalId addresses password id groups __proto__ constructor.x'.split(
      ' ',
    ),
    'emails[type eq "work"]',
    'emails[type eq "work"].value',
    'emails[value co "x" or primary eq true].primary',
    'emails[not (type eq "home")]',
    enterprise,
    `${enterprise}:manager`,
    `${enterprise}:department`,
    'urn:x:1.0:User',
    'urn:x:1.0:User:tag',
    'urn:x:1.0:User:__proto__.polluted',
  ),
  texts,
);
const values = fc.oneof(
  json,
  fc.constantFrom('a@x', 'True', false),
  fc.record(
    { value: texts, type: fc.constantFrom('work', 'home'), primary: fc.boolean() },
    { requiredKeys: [] },
  ),
  fc.array(fc.record({ value: texts, primary: fc.boolean() }, { requiredKeys: [] }), { maxLength: 3 }),
);
const operation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'remove', 'x'), path: paths, value: values },
  { requiredKeys: ['op'] },
);
const patch = fc.array(operation, { minLength: 1, maxLength: 5 }).map((operations) => patchOp(...operations));

const prototype = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

it('any JSON throws nothing but ScimError', async () => {
  await fc.assert(
    fc.asyncProperty(json, texts, async (body, header) => {
      const readers = [readUser, replaceUser, patchUser, readGroup, replaceGroup, patchGroup, parseUserQuery];
      for (const read of [...readers, parseGroupQuery, projectionOf]) refusal(() => read(body));
      refusal(() => versionsIn(header));
      let request;
      refusal(() => (request = readBulk(body, { maxOperations: 10 })));
      if (request) await runBulk(request, async () => ({ status: 200 }));
    }),
    { numRuns: 1500 },
  );
});

it('any PATCH throws nothing but ScimError, changes nothing but its answer, and pollutes nothing', () => {
  fc.assert(
    fc.property(patch, (body) => {
      const before = JSON.stringify(alice);
      refusal(() => {
        const next = patchUser(body, resourceId)(alice);
        // What it makes is JSON, and a resource that may be put back as it is.
        expect(JSON.parse(JSON.stringify(next))).toEqual(next);
        expect(readUser(next)).toEqual(next);
        expect(next.userName.trim()).not.toBe('');
        const emails = (next['emails'] ?? []) as { primary?: boolean }[];
        expect(emails.filter(({ primary }) => primary).length).toBeLessThan(2);
        presentUser({ ...user, attributes: next }, [], { baseUrl: '', projection: projectionOf({}) });
      });
      refusal(() => patchGroup(body, resourceId));
      expect(JSON.stringify(alice)).toBe(before);
      expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(prototype);
    }),
    { numRuns: 3000 },
  );
});

const user = { id: 'u1', userName: 'alice', active: true, version: 1, createdAt: 0, updatedAt: 0 };

it('S12: replacing twice is replacing once', () => {
  const replacing = fc
    .array(operation, { minLength: 1, maxLength: 1 })
    .map(([one]) => patchOp({ ...one, op: 'replace' }));
  fc.assert(
    fc.property(replacing, (body) => {
      let once: ReturnType<ReturnType<typeof patchUser>> | undefined;
      refusal(() => (once = patchUser(body, resourceId)(alice)));
      if (once === undefined) return;
      const first = once;
      let twice = first;
      // What was found by a value that it replaced is not found again.
      const again = refusal(() => (twice = patchUser(body, resourceId)(first)));
      expect(again?.scimType ?? 'noTarget').toBe('noTarget');
      expect(twice).toEqual(first);
    }),
    { numRuns: 2000 },
  );
});

it('what was read is read again as it is', () => {
  fc.assert(
    fc.property(json, (body) => {
      const sent = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
      refusal(() => {
        const read = readUser({ userName: 'a', ...sent });
        expect(readUser(read)).toEqual(read);
        expect(Object.keys(readUser(read))).toEqual(Object.keys(read));
      });
    }),
    { numRuns: 1500 },
  );
});
