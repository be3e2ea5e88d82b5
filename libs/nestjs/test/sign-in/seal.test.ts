import { expect, it } from 'vitest';
import { Seal, type SealPurpose } from '../../src/sign-in/seal.js';

const place = { id: 'an-unguessable-id', connection: 'con_1', expiresAt: 1_000 };
const seal = (purpose: SealPurpose, secrets = ['a secret']) => new Seal(secrets, purpose);

it('L3: what is sealed opens for its purpose, place and time alone', () => {
  const sealed = seal('pending logout').seal('text', place);
  expect(seal('pending logout').open(sealed, place)).toBe('text');
  for (const other of ['pending sign-in', 'session at the IdP'] as const)
    expect(seal(other).open(sealed, place)).toBeUndefined();
  for (const change of [{ id: 'x' }, { connection: 'con_2' }, { expiresAt: 1_001 }])
    expect(seal('pending logout').open(sealed, { ...place, ...change })).toBeUndefined();
});

it('D5: a rotated secret still opens, another does not', () => {
  const sealed = seal('pending logout').seal('text', place);
  expect(seal('pending logout', ['new', 'a secret']).open(sealed, place)).toBe('text');
  expect(seal('pending logout', ['new']).open(sealed, place)).toBeUndefined();
});
