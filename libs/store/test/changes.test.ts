import { setTimeout as pause } from 'node:timers/promises';
import { assert, json, oneof, property, string } from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Announced } from '../src/changes/announced.js';
import { EmbeddedFeed, type FileCommits } from '../src/changes/embedded-feed.js';
import { readNotice } from '../src/changes/notice.js';
import { Waiting } from '../src/changes/waiting.js';
import { organization } from '../src/contract/specimens.js';
import { newOrganizationId } from '../src/ids.js';
import type { Change } from '../src/ports/access.js';
import { openStore } from '../src/sql/open-store.js';
import { aFolder, secretKeys } from './folder.js';

const change = (version: number, name = 'acme'): Change => ({ organization: name, version, members: 'all' });

describe('A7: what was announced', () => {
  it('is announced once, in whatever order it is heard', () => {
    const announced = new Announced();
    const said = [3, 1, 3, 2, 1].flatMap((version) => announced.firstHeard([change(version)]));
    expect(said.map(({ version }) => version)).toEqual([3, 1, 2]);
    expect(announced.firstHeard([change(3, 'globex')])).toHaveLength(1);
    announced.age();
    expect(announced.firstHeard([change(3)])).toEqual([]);
    announced.age();
    announced.age();
    expect(announced.firstHeard([change(3)])).toHaveLength(1);
  });

  it('is not hidden by a notice of the same version that names others', () => {
    const announced = new Announced();
    const of = (members: Change['members']) => announced.firstHeard([{ ...change(7), members }]).length;
    expect([of([]), of(['b', 'a']), of('all'), of(['all'])]).toEqual([1, 1, 1, 1]);
    expect([of(['a', 'b']), of('all'), of([])]).toEqual([0, 0, 0]);
  });

  it('is not remembered without bound', () => {
    const announced = new Announced();
    for (let version = 0; version < 25_000; version++) announced.firstHeard([change(version)]);
    expect(announced.firstHeard([change(24_999)])).toEqual([]);
    expect(announced.firstHeard([change(0)])).toHaveLength(1);
  });
});

describe('a notification', () => {
  it('says whose members changed, or that all may have', () => {
    const said = { organization: 'acme', version: 7, members: ['a'], instance: 'x' };
    expect(readNotice(JSON.stringify(said))).toEqual({ organization: 'acme', version: 7, members: ['a'] });
    expect(readNotice(JSON.stringify({ ...said, members: null }))?.members).toBe('all');
  });

  it('of a stranger is undefined, whatever it says', () => {
    assert(property(oneof(string(), json()), (payload) => !readNotice(payload)));
    expect(readNotice(undefined)).toBeUndefined();
    expect(readNotice('{"organization":"a","version":1,"members":[1]}')).toBeUndefined();
  });
});

describe('who waits for a turn', () => {
  it('that is under way waits for the next one', async () => {
    const waiting = new Waiting();
    const first = waiting.next();
    waiting.begin();
    const done = vi.fn();
    const second = waiting.next().then(done);
    waiting.succeed();
    await first;
    expect(done).not.toHaveBeenCalled();
    expect(waiting.some).toBe(true);
    waiting.begin();
    waiting.succeed();
    await second;
    const both = [waiting.next(), (waiting.begin(), waiting.next())];
    waiting.fail(new Error('no'));
    for (const one of both) await expect(one).rejects.toThrow('no');
  });
});

async function two() {
  const folder = await aFolder();
  const [one, other] = [
    await openStore({ folder }, { secretKeys }),
    await openStore({ folder }, { secretKeys }),
  ];
  const id = newOrganizationId();
  await one.transaction((tx) => tx.organizations.insert(organization({ id })));
  const heard: Change[] = [];
  other.changes.subscribe((each) => heard.push(each));
  expect(await other.changes.isCurrent()).toBe(true);
  const touch = async (store: typeof one, member: string) => {
    await store.transaction((tx) => tx.changes.touch(id, [member]));
    // The file is asked once a millisecond.
    await pause(2);
  };
  return { one, other, id, heard, touch, close: () => Promise.all([one.close(), other.close()]) };
}

describe('A7: processes that share a file', () => {
  it('whoever asks whether it is current has heard what others committed', async () => {
    const { one, other, id, heard, touch, close } = await two();
    expect(other.changes.isCurrent()).toBe(true);
    await touch(one, 'm');
    const answers = [other.changes.isCurrent(), other.changes.isCurrent()];
    expect(await Promise.all(answers)).toEqual([true, true]);
    expect(heard).toEqual([{ organization: id, members: 'all', version: 1 }]);
    expect(other.changes.isCurrent()).toBe(true);
    expect(other.changes.status()).toEqual({ current: true });
    await close();
    expect(await other.changes.isCurrent()).toBe(false);
  });

  it('a commit of another between two of ours is heard', async () => {
    const { one, other, heard, touch, close } = await two();
    await touch(other, 'ours');
    await touch(one, 'theirs');
    await touch(other, 'ours');
    await other.changes.isCurrent();
    expect(heard.map(({ members }) => members)).toEqual([['ours'], ['ours'], 'all']);
    await touch(other, 'ours');
    await other.changes.isCurrent();
    expect(heard).toHaveLength(4);
    await close();
  });

  it('whoever asks while another reads what changed waits for it', async () => {
    let changed = true;
    let read: (changes: readonly Change[]) => void = () => undefined;
    const feed = new EmbeddedFeed({
      open: () => Promise.resolve(),
      committed: () => undefined,
      changedElsewhere: () => changed,
      unheard: () => {
        changed = false;
        return new Promise((resolve) => (read = resolve));
      },
    });
    const heard: Change[] = [];
    feed.subscribe((each) => heard.push(each));
    const heardThen: number[] = [];
    const noted = () => heardThen.push(heard.length);
    const all = [feed.isCurrent(), feed.isCurrent(), feed.poll()].map(async (one) => (await one, noted()));
    await pause(5);
    expect(heardThen).toEqual([]);
    read([change(1)]);
    await Promise.all(all);
    expect(heardThen).toEqual([1, 1, 1]);
  });

  it('where the file cannot be read, nothing is current until it can, and then nothing is missed', async () => {
    let fails = true;
    let changed = true;
    const commits: FileCommits = {
      open: () => Promise.resolve(),
      committed: () => undefined,
      changedElsewhere: () => changed,
      unheard: async () => {
        if (fails) throw new Error('disk');
        changed = false;
        return [change(1)];
      },
    };
    const feed = new EmbeddedFeed(commits);
    const heard: Change[] = [];
    feed.subscribe((each) => heard.push(each));
    expect(await feed.isCurrent()).toBe(false);
    expect(feed.status()).toMatchObject({ current: false, cause: new Error('disk') });
    fails = false;
    expect(await feed.isCurrent()).toBe(true);
    expect(heard).toHaveLength(1);
    expect(feed.status()).toEqual({ current: true });
    await pause(2);
    commits.changedElsewhere = () => {
      throw new Error('closed');
    };
    expect(await feed.isCurrent()).toBe(false);
    await expect(feed.poll()).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('a read of the versions that failed is made again', async () => {
    const { one, other, heard, touch, close } = await two();
    await touch(one, 'm');
    const { reading } = (other as unknown as { home: { commits: { reading: { selectFrom: unknown } } } }).home
      .commits;
    const failing = vi
      .spyOn(reading as { selectFrom: () => unknown }, 'selectFrom')
      .mockImplementationOnce(() => {
        throw new Error('busy');
      });
    expect(await other.changes.isCurrent()).toBe(false);
    failing.mockRestore();
    expect(await other.changes.isCurrent()).toBe(true);
    expect(heard).toHaveLength(1);
    await close();
  });
});
