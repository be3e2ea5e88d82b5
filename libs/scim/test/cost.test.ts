import { describe, expect, it, vi } from 'vitest';
import { patchUser, readUser, replaceUser } from '../src/index.js';
import { alice, enterprise, patchOp, resourceId } from './patch-op.js';
import { refusal } from './refusal.js';

type User = Readonly<Record<string, unknown>>;
const times = <Made>(count: number, make: (at: number) => Made) =>
  Array.from({ length: count }, (_, at) => make(at));
const certificates = (count: number) => times(count, (at) => ({ value: `${at}`.padEnd(16_000, 'x') }));
const emailsOr = (count: number) => `emails[${times(count, () => 'value eq "x"').join(' or ')}]`;
const custom = 'urn:x:y:1.0:User';
const user = (more: User): User => ({ userName: 'a', active: true, ...more });

const addresses = times(99, (at) => ({ region: `${at}`, streetAddress: `${at}`.padEnd(2000, 'x') }));
const roles = times(100, (at) => ({ value: `role ${at}`, type: 'a' }));
const photos = times(15, (at) => ({ value: `${'a'.repeat(16_000)}${at}` }));
const numbers = times(499, (at) => at);
const texts = times(250, (at) => `${at}`.padEnd(1000, 'x'));
const spellings = times(1024, (at) =>
  [...'department'].map((letter, bit) => ((at >> bit) & 1 ? letter.toUpperCase() : letter)).join(''),
);

/** Each is a PATCH of at most 1 MiB. */
const attacks: readonly (readonly [string, User, readonly unknown[]])[] = [
  [
    'addresses said again and again to a large user',
    user({
      addresses: times(99, (at) => ({
        region: `${at}`,
        formatted: `${at}`.padEnd(4000, 'x'),
        streetAddress: 'y'.repeat(4000),
      })),
    }),
    times(1000, () => ({ op: 'add', path: 'addresses', value: times(50, () => ({ region: 'a' })) })),
  ],
  [
    'addresses of a user as large as it may be',
    user({ addresses }),
    times(1000, () => ({ op: 'add', path: 'addresses', value: times(50, () => ({ region: 'a' })) })),
  ],
  [
    'new names in an extension',
    user({}),
    times(1000, (at) => ({
      op: 'add',
      path: custom,
      value: Object.fromEntries(times(80, (one) => [`a${at}_${one}`, 1])),
    })),
  ],
  [
    'numbers in a list of an extension',
    user({}),
    times(1000, (at) => ({ op: 'add', path: `${custom}:a`, value: times(130, (one) => at * 130 + one) })),
  ],
  [
    'numbers that are there already',
    user({ [custom]: { a: numbers } }),
    times(1000, () => ({ op: 'add', path: `${custom}:a`, value: times(130, (at) => at) })),
  ],
  [
    'texts that are there already',
    user({ [custom]: { a: texts } }),
    times(900, (at) => ({ op: 'add', path: `${custom}:a`, value: texts[at % 250] })),
  ],
  [
    'a member of a large extension',
    user({ [custom]: { a: texts } }),
    times(1000, (at) => ({ op: 'replace', path: `${custom}:b`, value: at })),
  ],
  [
    'values to be removed that nobody has',
    user({ roles }),
    times(1000, () => ({ op: 'remove', path: 'roles', value: times(50, () => ({ value: 'x' })) })),
  ],
  [
    'filters of many comparisons',
    user({ photos }),
    times(1000, () => ({
      op: 'replace',
      path: `photos[${times(31, () => 'value co "aaaaab"').join(' or ')} or display pr].display`,
      value: 'x',
    })),
  ],
  [
    'every value changed by each operation',
    user({ addresses }),
    times(1000, (at) => ({ op: 'replace', path: 'addresses[region pr].country', value: `${at}` })),
  ],
  [
    'primary handed on',
    user({ addresses: addresses.map((one, at) => ({ ...one, type: `${at}` })) }),
    times(1000, (at) => ({ op: 'replace', path: `addresses[type eq "${at % 99}"].primary`, value: true })),
  ],
  [
    'a name in each of its spellings',
    user({ [enterprise]: { manager: { value: 'm', $ref: 'x'.repeat(16_000) } } }),
    times(30, () => ({
      op: 'add',
      path: enterprise,
      value: Object.fromEntries(spellings.map((name) => [name, 'x'])),
    })),
  ],
];

describe('one PATCH costs about as much as it is long', () => {
  it.each(attacks)('%s', (_, current, operations) => {
    const body = patchOp(...operations);
    expect(JSON.stringify(body).length).toBeLessThan(1024 * 1024);
    const stringify = vi.spyOn(JSON, 'stringify');
    const began = performance.now();
    try {
      refusal(() => patchUser(body, resourceId)(current));
      expect(performance.now() - began).toBeLessThan(2500);
      const written = stringify.mock.results.reduce((sum, { value }) => sum + String(value).length, 0);
      expect(written).toBeLessThan(128 * 1024 * 1024);
      expect(stringify.mock.calls.length).toBeLessThan(500_000);
    } finally {
      stringify.mockRestore();
    }
  });

  it('1 000 operations on a list of 100 values are done', () => {
    const operations = times(1000, (at) => ({
      op: 'replace',
      path: `roles[value eq "role ${at % 100}"].display`,
      value: `${at}`,
    }));
    const next = patchUser(patchOp(...operations), resourceId)(user({ roles }));
    expect(next['roles']).toMatchObject({ 0: { display: '900' }, 99: { display: '999' } });
  });

  it('operations that go over everything too often are refused, and say what to do', () => {
    const operations = times(1000, (at) => ({
      op: 'replace',
      path: 'addresses[region pr].country',
      value: `${at}`,
    }));
    const error = refusal(() => patchUser(patchOp(...operations), resourceId)(user({ addresses })));
    expect(error).toMatchObject({ status: 413 });
    expect(error?.detail).toContain('send fewer');
  });

  it('a filter in a path has at most 32 comparisons, before a user is seen', () => {
    const remove = (count: number) => patchUser(patchOp({ op: 'remove', path: emailsOr(count) }), resourceId);
    expect(refusal(() => remove(32))).toBeUndefined();
    expect(refusal(() => remove(33))).toMatchObject({ status: 400, scimType: 'tooMany' });
  });
});

describe('a user has at most 256 KiB', () => {
  const large = {
    status: 400,
    scimType: 'invalidValue',
    detail: expect.stringContaining('262144') as string,
  };

  it('created, replaced or changed', () => {
    const most = readUser({ userName: 'a', x509Certificates: certificates(16) });
    expect(refusal(() => readUser({ userName: 'a', x509Certificates: certificates(17) }))).toMatchObject(
      large,
    );
    expect(refusal(() => replaceUser({ userName: 'a', photos: certificates(17) }))).toMatchObject(large);
    const add = patchOp({ op: 'add', path: 'photos', value: certificates(1) });
    expect(refusal(() => patchUser(add, resourceId)(most))).toMatchObject(large);
    expect(refusal(() => patchUser(add, resourceId)(alice))).toBeUndefined();
  });

  it('is looked at after each operation', () => {
    const operations = [
      { op: 'add', path: 'photos', value: certificates(17) },
      { op: 'remove', path: 'photos' },
    ];
    expect(refusal(() => patchUser(patchOp(...operations), resourceId)(alice))).toMatchObject(large);
  });

  it('who has more already can be locked out, and made smaller', () => {
    const more = user({ photos: certificates(20) });
    const lock = patchOp({ op: 'replace', path: 'active', value: true }, { op: 'remove', path: 'photos' });
    expect(patchUser(lock, resourceId)(more)).toEqual(user({}));
    const off = { op: 'replace', path: 'active', value: false };
    expect(patchUser(patchOp(off), resourceId)(more)).toMatchObject({ active: false });
  });
});
