import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldDomain, foldEmail } from '../src/fold.js';

it.each([
  ['Alice@Acme.TEST', 'alice@acme.test'],
  ['a@BÜCHER.test', 'a@xn--bcher-kva.test'],
  ['Jo\u0308rg@acme.test', 'j\u00f6rg@acme.test'],
  ['a@b@Acme.test', 'a@b@acme.test'],
  ['No-Address', 'no-address'],
])('D1: the e-mail %s folds to %s', (email, folded) => {
  expect(foldEmail(email)).toBe(folded);
});

it('D1: folding twice is folding once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => foldEmail(foldEmail(text)) === foldEmail(text)),
  );
  fc.assert(fc.property(fc.domain(), (domain) => foldDomain(domain.toUpperCase()) === foldDomain(domain)));
});

it('does not make two domains one', () => {
  expect(foldDomain('example.com.')).not.toBe(foldDomain('example.com.evil.io'));
  expect(foldDomain('not a domain')).toBe('not a domain');
});
