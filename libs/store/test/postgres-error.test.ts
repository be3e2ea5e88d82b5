import { describe, expect, it } from 'vitest';
import { isConflict, TransactionConflict, translated } from '../src/sql/postgres/postgres-error.js';
import { UniqueViolation } from '../src/sql/unique-violation.js';

const said = (code: string) => Object.assign(new Error('said by the server'), { code, severity: 'ERROR' });
const lost = (code?: string) => Object.assign(new Error('the socket'), { code });

describe('errors of the driver', () => {
  it.each([
    '08006',
    '28P01',
    '3D000',
    '53100',
    '53300',
    '57014',
    '57P01',
    '57P03',
    '58030',
    '25006',
    '25P03',
    '55P03',
  ])('D6: %s is store-unavailable', (code) => {
    const cause = said(code);
    expect(translated(cause)).toMatchObject({ code: 'store-unavailable', cause });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', undefined])(
    'D6: a lost connection (%s) is store-unavailable',
    (code) => {
      expect(translated(lost(code))).toMatchObject({ code: 'store-unavailable' });
    },
  );

  it('a conflict and a taken key are told from defects, which stay as they are', () => {
    for (const code of ['40001', '40P01']) expect(translated(said(code))).toBeInstanceOf(TransactionConflict);
    expect(translated(said('23505'))).toBeInstanceOf(UniqueViolation);
    for (const defect of [said('42P01'), said('23503'), new TypeError('circular')])
      expect(translated(defect)).toBe(defect);
    expect(isConflict(new Error('wrapped', { cause: translated(said('40P01')) }))).toBe(true);
    expect(isConflict(translated(said('57014')))).toBe(false);
  });
});
