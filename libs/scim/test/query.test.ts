import { describe, expect, it } from 'vitest';
import { parseGroupQuery, parseUserQuery, uris } from '../src/index.js';
import { refusal } from './refusal.js';

describe('pages by index (RFC 7644, section 3.4.2.4)', () => {
  it.each([
    [{}, { count: 100, startIndex: 1 }],
    [undefined, { count: 100, startIndex: 1 }],
    [
      { startIndex: '1', count: '2' },
      { count: 2, startIndex: 1 },
    ],
    [
      { startIndex: '0', count: '-5' },
      { count: 0, startIndex: 1 },
    ],
    [
      { startIndex: -3, count: 5000 },
      { count: 1000, startIndex: 1 },
    ],
    [
      { startIndex: 11, count: 0 },
      { count: 0, startIndex: 11 },
    ],
    [
      { startIndex: '12345678901', count: 1 },
      { count: 1, startIndex: 12_345_678_901 },
    ],
  ])('%j', (asked, query) => expect(parseUserQuery(asked).query).toEqual({ ...query, total: true }));

  it.each([
    { count: 'ten' },
    { count: 1.5 },
    { startIndex: '1e3' },
    { startIndex: '9007199254740992' },
    { startIndex: 2 ** 53 },
    { startIndex: ['1', '2'] },
    { count: {} },
  ])('refuses %j', (asked) => {
    expect(refusal(() => parseUserQuery(asked))).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });
});

describe('pages by cursor (RFC 9865)', () => {
  it('begins with an empty cursor, and counts all on the first page alone', () => {
    expect(parseUserQuery({ cursor: '' }).query).toEqual({ count: 100, total: true });
    expect(parseUserQuery({ cursor: 'abc', count: '7' }).query).toEqual({
      count: 7,
      cursor: 'abc',
      total: false,
    });
  });

  it.each(['0', '-1', '1001', 'x'])('count %s is invalidCount', (count) => {
    expect(refusal(() => parseUserQuery({ cursor: '', count }))).toMatchObject({
      status: 400,
      scimType: 'invalidCount',
    });
  });

  it('refuses a cursor that is no text, and one beside a later index', () => {
    expect(refusal(() => parseUserQuery({ cursor: 5 }))).toMatchObject({ scimType: 'invalidCursor' });
    expect(refusal(() => parseUserQuery({ cursor: 'a', startIndex: 3 }))).toMatchObject({ status: 400 });
    expect(parseUserQuery({ cursor: 'a', startIndex: 1 }).query.cursor).toBe('a');
  });
});

describe('sorting', () => {
  it('is ascending unless said', () => {
    expect(parseUserQuery({ sortBy: 'USERNAME' }).query).toMatchObject({
      sortBy: 'userName',
      descending: false,
    });
    expect(parseGroupQuery({ sortBy: 'displayName', sortOrder: 'Descending' }).query).toMatchObject({
      sortBy: 'displayName',
      descending: true,
    });
    expect(parseUserQuery({ sortBy: 'emails' }).query.sortBy).toBe('emails.value');
  });

  it.each([
    { sortBy: 'password' },
    { sortBy: 'groups.value' },
    { sortBy: 'emails.type' },
    { sortBy: '__proto__' },
    { sortBy: 'userName', sortOrder: 'up' },
    { sortBy: '' },
  ])('refuses %j', (asked) => {
    expect(refusal(() => parseUserQuery(asked))).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });
});

describe('a search by POST (RFC 7644, section 3.4.3)', () => {
  it('means what the same query string means', () => {
    expect(
      parseUserQuery({
        schemas: [uris.searchRequest],
        attributes: ['displayName', 'userName'],
        filter: 'displayName sw "smith"',
        startIndex: 1,
        count: 10,
      }),
    ).toEqual(
      parseUserQuery({
        attributes: 'displayName, userName',
        filter: 'displayName sw "smith"',
        startIndex: '1',
        count: '10',
      }),
    );
  });

  it.each([
    [[]],
    ['text'],
    [{ schemas: [uris.user] }],
    [{ schemas: 'x' }],
    [{ attributes: [1] }],
    [{ filter: 5 }],
  ])('refuses %j', (body) => {
    expect(refusal(() => parseUserQuery(body))).toMatchObject({ status: 400 });
  });

  it('refuses attributes and excludedAttributes together', () => {
    expect(refusal(() => parseUserQuery({ attributes: 'a', excludedAttributes: 'b' }))).toMatchObject({
      scimType: 'invalidValue',
    });
  });
});
