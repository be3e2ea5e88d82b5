import { hashToken } from '@idp-roles/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  authenticateDirectory,
  deleteDirectory,
  issueDirectoryToken,
  revokeDirectoryToken,
  type UseCaseContext,
} from '../src/index.js';
import { TestDirectory } from './directories.js';
import { homes, key, World } from './world.js';

const minute = 60_000;

describe.each(homes)('tokens of a directory on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());

  async function acme() {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant);
    const where = { organization: tenant.id, directory: directory.id, actor: key };
    return {
      tenant,
      directory: directory.id,
      where,
      issue: (expiresAt?: number) => issueDirectoryToken(tenant.context, { ...where, expiresAt }),
      revoke: (token: string) => revokeDirectoryToken(tenant.context, { ...where, token }),
      opens: async (token: string, named = directory.id) =>
        (await authenticateDirectory(tenant.context, { directory: named, token }))?.id,
      stored: () => world.store.read.directories.tokens(tenant.id, directory.id),
    };
  }

  it('D5: a token of 256 bits, shown once, of which only the hash is stored', async () => {
    const { tenant, directory, issue, opens, stored } = await acme();
    const { id, token } = await issue();
    expect(token).toMatch(new RegExp(`^scim_${directory.slice(-16)}_[\\w-]{43}$`));
    expect(await opens(token)).toBe(directory);
    expect(await stored()).toMatchObject([{ id, hash: hashToken(token), createdAt: world.now }]);
    const audit = JSON.stringify(await tenant.audit());
    expect(audit).toContain(id);
    expect(audit).not.toContain(token);
    expect(audit).not.toContain(hashToken(token));
    if (home === 'SQLite') {
      expect(JSON.stringify(await world.rows('directory_tokens', tenant.id))).not.toContain(token);
    }
  });

  it('two stand beside each other for rotation, a third does not, also where many are asked for at once', async () => {
    const { issue, revoke, opens, directory } = await acme();
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => issue()));
    const [first, second, ...more] = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(more).toEqual([]);
    const refused = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused).toHaveLength(4);
    for (const error of refused) expect(error).toMatchObject({ code: 'too-many-tokens' });
    expect(await opens(first?.token ?? '')).toBe(directory);
    expect(await opens(second?.token ?? '')).toBe(directory);
    await revoke(first?.id ?? '');
    expect(await opens(first?.token ?? '')).toBeUndefined();
    expect(await opens(second?.token ?? '')).toBe(directory);
    await issue();
  });

  it('from its expiry on it opens nothing, counts no more, and goes when the next is issued', async () => {
    const { issue, opens, directory, stored } = await acme();
    const expiring = await issue(world.now + minute);
    const lasting = await issue();
    world.now += minute - 1;
    expect(await opens(expiring.token)).toBe(directory);
    await expect(issue()).rejects.toMatchObject({ code: 'too-many-tokens' });
    world.now += 1;
    expect(await opens(expiring.token)).toBeUndefined();
    expect(await opens(lasting.token)).toBe(directory);
    const third = await issue();
    expect((await stored()).map(({ id }) => id).toSorted()).toEqual([lasting.id, third.id].toSorted());
  });

  it('an expiry that has passed, or is none, is invalid', async () => {
    const { issue } = await acme();
    for (const at of [world.now, world.now - 1, Number.NaN]) {
      await expect(issue(at)).rejects.toMatchObject({ code: 'invalid', problems: [{ path: 'expiresAt' }] });
    }
  });

  it('it opens its own directory only: not another of the organization, not one of another organization', async () => {
    const one = await acme();
    const sibling = await TestDirectory.of(one.tenant);
    const other = await acme();
    const { token } = await one.issue();
    expect(await one.opens(token, sibling.id)).toBeUndefined();
    expect(await one.opens(token, other.directory)).toBeUndefined();
    expect(await one.opens(token)).toBe(one.directory);
  });

  it('unknown directory, no id at all, wrong, foreign, expired and revoked token: the same answer for the same work', async () => {
    const one = await acme();
    const other = await acme();
    const { token: foreign } = await other.issue();
    const { token: expired } = await one.issue(world.now + 1);
    const { id, token: revoked } = await one.issue();
    await one.revoke(id);
    world.now += 1;
    const unknown = one.directory.replace(/.{4}$/, '0000');
    const { context, calls } = counting(one.tenant.context);
    const works: number[] = [];
    for (const [directory, token] of [
      [unknown, foreign],
      ['', foreign],
      ['dir_what', revoked],
      [one.directory, ''],
      [one.directory, 'scim_wrong'],
      [one.directory, foreign],
      [one.directory, expired],
      [one.directory, revoked],
    ] as const) {
      const before = calls();
      expect(await authenticateDirectory(context, { directory, token })).toBeUndefined();
      works.push(calls() - before);
    }
    expect(new Set(works)).toEqual(new Set([1]));
  });

  it('its last use is known to the minute, and only where it opened', async () => {
    const { issue, opens, stored, directory } = await acme();
    const { id, token } = await issue(world.now + 10 * minute);
    const lastUse = async () => (await stored()).find((one) => one.id === id)?.lastUsedAt;
    await opens('scim_wrong');
    await opens(token, 'dir_what');
    expect(await lastUse()).toBeUndefined();
    const first = world.now;
    expect(await opens(token)).toBe(directory);
    expect(await lastUse()).toBe(first);
    world.now += minute - 1;
    await opens(token);
    expect(await lastUse()).toBe(first);
    world.now += 1;
    await opens(token);
    expect(await lastUse()).toBe(world.now);
    world.now += 10 * minute;
    await opens(token);
    expect(await lastUse()).toBe(first + minute);
  });

  it('a deleted directory is opened by nothing, and has no tokens to issue or revoke', async () => {
    const { tenant, where, issue, revoke, opens } = await acme();
    const { id, token } = await issue();
    await deleteDirectory(tenant.context, where);
    expect(await opens(token)).toBeUndefined();
    await expect(issue()).rejects.toMatchObject({ code: 'directory-not-found' });
    await expect(revoke(id)).rejects.toMatchObject({ code: 'directory-not-found' });
  });

  it('a token is revoked by its own directory only', async () => {
    const one = await acme();
    const sibling = await TestDirectory.of(one.tenant);
    const { id, token } = await one.issue();
    const where = { ...one.where, directory: sibling.id, token: id };
    await expect(revokeDirectoryToken(one.tenant.context, where)).rejects.toMatchObject({
      code: 'directory-token-not-found',
    });
    expect(await one.opens(token)).toBe(one.directory);
  });
});

/** Whatever it asks the store is counted. */
function counting(context: UseCaseContext): { readonly context: UseCaseContext; calls(): number } {
  let calls = 0;
  const counted = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(of, name) {
        const value: unknown = Reflect.get(of, name);
        if (typeof value === 'function') {
          return (...args: readonly unknown[]): unknown => {
            calls++;
            return Reflect.apply(value, of, args);
          };
        }
        return typeof value === 'object' && value !== null ? counted(value) : value;
      },
    });
  return { context: { ...context, store: counted(context.store) }, calls: () => calls };
}
