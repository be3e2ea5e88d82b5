import { describe, expect, it } from 'vitest';
import { StatementNames } from '../src/sql/postgres/statement-names.js';

const nameOf = (names: StatementNames, text: string) => {
  names.of(text);
  names.of(text);
  return names.of(text);
};

describe('names of prepared statements', () => {
  it('are given to what comes back, stay, and are no longer than the server reads', () => {
    const names = new StatementNames();
    expect([names.of('a'), names.of('a')]).toEqual([undefined, undefined]);
    const name = names.of('a');
    expect(name?.length).toBeLessThan(64);
    expect(names.of('a')).toBe(name);
    expect(nameOf(names, 'b')).not.toBe(name);
  });

  it('are other ones after a migration', () => {
    const names = new StatementNames();
    const before = nameOf(names, 'a');
    names.renew();
    const after = nameOf(names, 'a');
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
  });

  it('are given to so many and no more, whatever is asked', () => {
    const names = new StatementNames();
    const given = Array.from({ length: 5_000 }, (_, i) => nameOf(names, `text ${i}`));
    expect(given.filter(Boolean)).toHaveLength(256);
    expect(names.of('text 0')).toBe(given[0]);
  });
});
