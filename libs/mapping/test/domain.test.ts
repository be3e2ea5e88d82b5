import { describe, expect, it } from 'vitest';
import { emailDomain, foldDomain } from '../src/index.js';

describe('M5: domains', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['MÜNCHEN.de', 'xn--mnchen-3ya.de'],
    ['XN--MNCHEN-3YA.de', 'xn--mnchen-3ya.de'],
    ['_dmarc.example.com', '_dmarc.example.com'],
  ])('M5: %s is spelled %s', (domain, folded) => {
    expect(foldDomain(domain)).toBe(folded);
  });

  it.each([
    '',
    '.',
    'example.com.',
    '.example.com',
    'exa mple.com',
    'example.com:80',
    'example.com/x',
    'a@example.com',

    '-example.com',
    'example..com',
    '1.2.3.4',
    '[::1]',
    'ex%61mple.com',
    'exämple.com/x',
    'exämple.com:80',

    'exämple.com?',
    'ä%2eb.de',
    'ä\t.de',
    '１.2.3.4',
    'a\0.de',
    'ä\ud800.de',
    'a'.repeat(64),
    'ä'.repeat(5_000),
  ])('M5: %j is no domain', (domain) => {
    expect(foldDomain(domain)).toBeUndefined();
  });

  it.each([
    ['alice@Example.com', 'example.com'],
    ['"quoted string"@example.com', 'example.com'],
    ['x@MÜNCHEN.de', 'xn--mnchen-3ya.de'],
    ['x@evil@example.com', undefined],
    ['@example.com', undefined],
    ['example.com', undefined],
    ['x@', undefined],
    ['x@example.com ', undefined],
    ['x＠evil.com', undefined],
    ['x@evil.com＠example.com', undefined],
  ])('M5: the domain of %j is %s', (email, domain) => {
    expect(emailDomain(email)).toBe(domain);
  });
});
