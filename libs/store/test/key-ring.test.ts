import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../src/secrets/hash-token.js';
import { KeyRing } from '../src/secrets/key-ring.js';

const place = { organization: 'org_a', record: 'con_a', field: 'secrets.clientSecret' };
const oldKey = 'an older key of more than 32 characters';
const newKey = 'a newer key of more than 32 characters!';
const unreadable = expect.objectContaining({ name: 'StoreError', code: 'secret-unreadable' });

describe('D5: secrets at rest', () => {
  it('open to what was sealed, whatever it was, and never seal alike twice', () => {
    const ring = new KeyRing([newKey]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(ring.open(ring.seal(text, place), place)).toBe(text);
      }),
    );
    expect(ring.seal('same', place)).not.toBe(ring.seal('same', place));
  });

  it.each([
    { organization: 'org_b' },
    { record: 'con_b' },
    { field: 'claims' },
    { organization: 'org_acon_a', record: '' },
    { organization: 'org_a","con_a', record: 'secrets.clientSecret', field: '' },
  ])('do not open when moved to %j', (elsewhere) => {
    const ring = new KeyRing([newKey]);
    const sealed = ring.seal('s3cret', place);
    expect(() => ring.open(sealed, { ...place, ...elsewhere })).toThrow(unreadable);
  });

  it('do not open when any character is changed', () => {
    const ring = new KeyRing([newKey]);
    const sealed = ring.seal('s3cret', place);
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const altered = sealed.slice(0, at) + other + sealed.slice(at + 1);
      // The last character of base64url may hold bits that mean nothing.
      if (sameBytes(sealed, altered)) continue;
      expect(() => ring.open(altered, place), `character ${at}`).toThrow(unreadable);
    }
  });

  it.each(['', 'v1', 'v1...', 'plain text', 'v2.x.y.z'])('do not open from %j', (text) => {
    expect(() => new KeyRing([newKey]).open(text, place)).toThrow(unreadable);
  });

  it('open with every key of the ring; the first seals', () => {
    const rotated = new KeyRing([newKey, oldKey]);
    expect(rotated.open(new KeyRing([oldKey]).seal('s3cret', place), place)).toBe('s3cret');
    expect(new KeyRing([newKey]).open(rotated.seal('s3cret', place), place)).toBe('s3cret');
    expect(() => new KeyRing([oldKey]).open(rotated.seal('s3cret', place), place)).toThrow(unreadable);
  });

  it.each([[[]], [['']], [['short']], [[newKey, 'short']]])('refuse the keys %j', (keys) => {
    expect(() => new KeyRing(keys)).toThrow(expect.objectContaining({ code: 'secret-key-missing' }));
  });

  it('never tell the key or the text in an error', () => {
    const sealed = new KeyRing([oldKey]).seal('s3cret', place);
    expect(() => new KeyRing([newKey]).open(sealed, place)).not.toThrow(/s3cret|older|newer/);
  });
});

it('hashes tokens with SHA-256, in hex', () => {
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

function sameBytes(one: string, two: string): boolean {
  return JSON.stringify(decoded(one)) === JSON.stringify(decoded(two));
}

function decoded(text: string): readonly string[] {
  return text.split('.').map((part, i) => (i < 2 ? part : Buffer.from(part, 'base64url').toString('hex')));
}
