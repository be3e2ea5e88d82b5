import type { DirectoryFilter } from '@idp-roles/store';
import { describe, expect, it } from 'vitest';
import { WideSearches } from '../../src/scim/wide-searches.js';

const wide: DirectoryFilter<string> = { op: 'co', attribute: 'title', value: 'a' };
const narrow: DirectoryFilter<string> = { op: 'eq', attribute: 'userName', value: 'a' };

describe('searches that look at a whole directory', () => {
  it('run two at a time of one directory, others are 429 with Retry-After; indexed ones and those of others go on', async () => {
    const searches = new WideSearches();
    const ends: (() => void)[] = [];
    const search = () => new Promise<string>((end) => ends.push(() => end('found')));
    const at = (directory: string, filter?: DirectoryFilter<string>) =>
      searches.run(directory, filter, search);
    const running = [at('a', wide), at('a', { op: 'not', filter: narrow })];
    const within: DirectoryFilter<string> = { op: 'and', filters: [narrow, { op: 'or', filters: [wide] }] };
    await expect(at('a', within)).rejects.toMatchObject({
      status: 429,
      more: { headers: { 'retry-after': '1' } },
    });
    await expect(at('a', { op: 'some', of: 'emails', filter: wide })).rejects.toMatchObject({ status: 429 });
    running.push(at('a', narrow), at('a'), at('b', wide));
    for (const end of ends) end();
    expect(await Promise.all(running)).toEqual(Array<string>(5).fill('found'));
    const again = at('a', wide);
    ends.at(-1)?.();
    expect(await again).toBe('found');
  });

  it('make room again where they fail', async () => {
    const searches = new WideSearches();
    for (let turn = 0; turn < 5; turn++)
      await expect(searches.run('a', wide, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });
});
