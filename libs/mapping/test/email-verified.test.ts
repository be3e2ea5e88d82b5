import { describe, expect, it } from 'vitest';
import { claimsOf, claimsOfAttributes, emailVerifiedIn } from '@idp-roles/mapping';

describe('M5: what the IdP says of an address', () => {
  it.each([[true], ['true'], ['True'], [1], ['1'], [['true']], [[true, 'true']]])('%j is a yes', (value) => {
    expect(emailVerifiedIn(claimsOf({ email_verified: value }))).toBe(true);
  });

  it.each([
    [false],
    ['false'],
    ['FALSE '],
    [' false'],
    [' true'],
    [0],
    ['0'],
    [2],
    ['no'],
    ['yes'],
    [''],
    [null],
    [[]],
    [{}],
    [{ verified: true }],
    [['true', 'false']],
    [['true', 'tru\0e']],
  ])('%j is a no', (value) => {
    expect(emailVerifiedIn(claimsOf({ email_verified: value }))).toBe(false);
  });

  it('absent is neither', () => {
    expect(emailVerifiedIn(claimsOf({ email: 'a@acme.test', verified: false }))).toBeUndefined();
    expect(emailVerifiedIn(claimsOf({ not_email_verified: false, xms_edovs: false }))).toBeUndefined();
  });

  it.each([
    'email_verified',
    'emailverified',
    'EmailVerified',
    'xms_edov',
    'http://schemas.auth0.com/email_verified',
    'https://acme.test/claims/Email_Verified',
  ])('is read by the name %s', (name) => {
    expect(emailVerifiedIn(claimsOf({ [name]: '0' }))).toBe(false);
    expect(emailVerifiedIn(claimsOf({ [name]: '1' }))).toBe(true);
    expect(
      emailVerifiedIn(claimsOfAttributes([{ name: 'urn:x', friendlyName: name, values: ['false'] }])),
    ).toBe(false);
  });

  it('of several statements any no is a no', () => {
    expect(emailVerifiedIn(claimsOf({ email_verified: true, xms_edov: false }))).toBe(false);
    expect(emailVerifiedIn(claimsOf({ xms_edov: 0, email_verified: true }))).toBe(false);
    expect(emailVerifiedIn(claimsOf({ xms_edov: 1, email_verified: true }))).toBe(true);
  });
});
