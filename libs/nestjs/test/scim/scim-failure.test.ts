import { BadRequestException, Logger } from '@nestjs/common';
import { ScimError } from '@idp-roles/scim';
import { StoreError } from '@idp-roles/store';
import { UseCaseError } from '@idp-roles/use-cases';
import { describe, expect, it, vi } from 'vitest';
import { headersOf, scimFailure } from '../../src/scim/scim-failure.js';
import { ScimRefusal } from '../../src/scim/scim-refusal.js';

function failureOf(error: unknown) {
  const logged = vi.fn();
  const logger = Object.assign(new Logger(), { error: logged });
  const failure = scimFailure(error, logger);
  return {
    failure,
    body: failure.body as Record<string, unknown>,
    logged: logged.mock.calls.flat().join('\n'),
  };
}

describe('an error in SCIM', () => {
  it.each([
    [new ScimError(400, 'invalidPath', 'no such path'), 400, 'invalidPath'],
    [new ScimRefusal(415, 'send JSON'), 415, undefined],
    [new UseCaseError('directory-user-not-found', 'nobody'), 404, undefined],
    [new UseCaseError('version-mismatch', 'changed since'), 412, undefined],
    [new UseCaseError('user-name-taken', 'taken'), 409, 'uniqueness'],
    [new UseCaseError('email-taken', 'taken'), 409, 'uniqueness'],
    [new UseCaseError('identity-conflict', 'two'), 409, 'uniqueness'],
    [new UseCaseError('member-ambiguous', 'two'), 409, 'uniqueness'],
    [new UseCaseError('last-holder', 'last'), 409, undefined],
    [new UseCaseError('invalid', 'wrong'), 400, 'invalidValue'],
    [new StoreError('user-name-taken', 'taken'), 409, 'uniqueness'],
    [new StoreError('cursor-invalid', 'unknown'), 400, 'invalidCursor'],
    [new BadRequestException('of the host'), 400, undefined],
  ])('%s is %i', (error, status, scimType) => {
    const { body, logged } = failureOf(error);
    expect(body).toMatchObject({ status: String(status), detail: error.message });
    expect([body['scimType'], logged]).toEqual([scimType, '']);
  });

  it('that nobody foresaw shows nothing but where the log has it', () => {
    const cause = new Error('the cause of it');
    for (const error of [
      new Error('a secret', { cause }),
      new StoreError('store-misused', 'a secret', { cause }),
    ]) {
      const { failure, logged } = failureOf(error);
      const shown = JSON.stringify(failure);
      expect(failure.status).toBe(500);
      expect(shown).not.toMatch(/secret|cause of it|\.ts/);
      const [, reference = 'none'] = /\(([0-9a-f]{12})\)/.exec(shown) ?? [];
      expect(logged).toContain(reference);
      expect(logged).toContain('a secret');
      expect(logged).toContain('the cause of it');
    }
    expect(failureOf('thrown').failure.status).toBe(500);
  });

  it('is of a type of its own, and kept by no cache', () => {
    const refused = scimFailure(ScimRefusal.tooMany(1_500), new Logger());
    expect(headersOf(refused)).toEqual({
      'content-type': 'application/scim+json',
      'cache-control': 'no-store',
      'retry-after': '2',
    });
  });
});
