import { StoreError } from '@idp-roles/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  cancelJob,
  createMapping,
  createRole,
  deleteDirectory,
  deleteRole,
  editMapping,
  getJob,
  listJobs,
  resyncDirectory,
  updateDirectory,
  updateOrganization,
  updateRole,
  workOnJobs,
  type UpdateRole,
  type UseCaseContext,
} from '../src/index.js';
import { TestDirectory } from './directories.js';
import { jobsOf, workAll } from './directory-jobs.js';
import { homes, key, World } from './world.js';

const lease = 30_000;

describe.each(homes)('S9: jobs on %s', (home) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(home);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    await workAll(world.context);
    world.now += 1_000;
  });

  /** Five people in Engineering, which nothing maps yet. */
  async function acme(people = 5) {
    const tenant = await world.organization();
    const directory = await TestDirectory.of(tenant);
    const users = [];
    for (let i = 0; i < people; i++) users.push(await directory.user(`user${i}`));
    const group = await directory.group('Engineering', users);
    const where = { organization: tenant.id, directory: directory.id, actor: key };
    return {
      tenant,
      directory,
      users,
      group,
      where,
      map: (role = 'org-member') => directory.mapping({ value: 'Engineering', role }),
      resync: () => resyncDirectory(tenant.context, where),
      /** How many hold it by force. */
      holding: async (role = 'org-member') => {
        const held = await Promise.all(users.map(({ member }) => tenant.held(member)));
        return held.filter((one) => one.includes(`${role} force`)).length;
      },
    };
  }

  it('an added mapping re-syncs everybody in batches, each with the progress it made', async () => {
    const { tenant, map, holding } = await acme();
    const mapping = await map();
    const [job] = await jobsOf(tenant);
    expect(job).toMatchObject({ state: 'waiting', done: 0, kind: 'resync' });
    expect(await holding()).toBe(0);
    await workOnJobs(world.context, { batch: 2 });
    expect(await holding()).toBe(2);
    expect(await getJob(world.context, { organization: tenant.id, job: job?.id ?? '' })).toMatchObject({
      state: 'running',
      done: 2,
      total: 5,
    });
    await workOnJobs(world.context, { batch: 2 });
    expect((await jobsOf(tenant))[0]).toMatchObject({ state: 'running', done: 4, total: 5 });
    await workOnJobs(world.context, { batch: 2 });
    expect((await jobsOf(tenant))[0]).toMatchObject({ state: 'done', done: 5, total: 5, failures: 0 });
    expect(await holding()).toBe(5);
    expect(await workOnJobs(world.context)).toBe('idle');
    const added = await tenant.audit('grant.added');
    expect(added).toHaveLength(5);
    expect(added[0]?.cause).toMatchObject({ mapping, job: job?.id, sync: 'directory' });
    expect((await tenant.audit('job.queued'))[0]?.subject).toEqual({ type: 'job', id: job?.id });
    expect((await tenant.audit('job.done'))[0]).toMatchObject({
      after: { done: 5 },
      actor: { kind: 'system' },
    });
    expect(world.events).toContainEqual({ type: 'job-queued', organization: tenant.id, job: job?.id });
  });

  it('a directory without people is done at once; one whose last batch is full too', async () => {
    const empty = await acme(0);
    await empty.resync();
    expect(await workAll(world.context, 2)).toBe(1);
    expect(await jobsOf(empty.tenant)).toMatchObject([{ state: 'done', done: 0, total: 0 }]);
    const even = await acme(4);
    await even.resync();
    expect(await workAll(world.context, 2)).toBe(3);
    expect(await jobsOf(even.tenant)).toMatchObject([{ state: 'done', done: 4, total: 4 }]);
  });

  it('S12: a re-sync that changes nothing writes nothing but its progress', async () => {
    const { tenant, users, map, resync } = await acme();
    await map();
    await workAll(world.context);
    const before = await Promise.all(users.map(({ member }) => tenant.grants(member)));
    const events = (await tenant.audit()).length;
    world.now += 1_000;
    await resync();
    await workAll(world.context);
    expect(await Promise.all(users.map(({ member }) => tenant.grants(member)))).toEqual(before);
    expect((await tenant.audit()).length - events).toBe(2);
  });

  it('one that has evaluated nobody is joined; one that has is left to end, and one more waits behind it', async () => {
    const { tenant, map, resync, holding } = await acme();
    await map();
    const joined = await resync();
    const [first, ...none] = await jobsOf(tenant);
    expect([first?.id, none]).toEqual([joined.id, []]);
    expect(await tenant.audit('job.joined')).toHaveLength(1);
    await workOnJobs(world.context, { batch: 2 });
    world.now += 1_000;
    await map('org-guest');
    await map('org-billing');
    world.now += 1_000;
    expect(await jobsOf(tenant)).toMatchObject([
      { state: 'waiting', done: 0 },
      { state: 'running', done: 2 },
    ]);
    expect(await holding('org-guest')).toBe(0);
    await workAll(world.context, 2);
    expect(await jobsOf(tenant)).toMatchObject([
      { state: 'done', done: 5 },
      { state: 'done', done: 5 },
    ]);
    expect([await holding('org-guest'), await holding('org-billing')]).toEqual([5, 5]);
  });

  it('one that is taken, and lost before its first batch, is joined too', async () => {
    const { tenant, map, holding } = await acme();
    await map();
    await world.store.transaction((tx) => tx.jobs.take(world.now, lease));
    await map('org-guest');
    expect(await jobsOf(tenant)).toHaveLength(1);
    expect(await workAll(world.context)).toBe(0);
    world.now += lease;
    await workAll(world.context);
    expect([await holding(), await holding('org-guest')]).toEqual([5, 5]);
  });

  it('a worker that dies between two batches: any other goes on at once, and after its lease where it died inside one', async () => {
    const { tenant, map, holding } = await acme();
    await map();
    await workOnJobs(world.context, { batch: 2 });
    const dying = intercepted(world.context, { error: new StoreError('store-unavailable', 'gone') });
    await expect(workOnJobs(dying, { batch: 2 })).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await holding()).toBe(2);
    expect(await workOnJobs(world.context, { batch: 2 })).toBe('idle');
    world.now += lease - 1;
    expect(await workOnJobs(world.context, { batch: 2 })).toBe('idle');
    world.now += 1;
    await workAll(world.context, 2);
    expect(await holding()).toBe(5);
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'done', done: 5, failures: 0 }]);
  });

  it('a worker slower than its lease goes on where the other left off: nobody is counted twice', async () => {
    const { tenant, map } = await acme();
    await map();
    const slow = intercepted(world.context, {
      betweenTimes: async () => {
        world.now += lease;
        await workOnJobs(world.context, { batch: 2 });
      },
    });
    await workOnJobs(slow, { batch: 2 });
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'running', done: 4 }]);
    await workAll(world.context, 2);
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'done', done: 5 }]);
  });

  it('a batch that fails leaves nothing, is tried again after a pause, and after five failures the job is failed and says so', async () => {
    const { tenant, map, holding, resync } = await acme();
    await map();
    const [job] = await jobsOf(tenant);
    const broken = intercepted(world.context, { error: new Error('password=hunter2') });
    for (let failures = 1; failures <= 5; failures++) {
      world.events.length = 0;
      expect(await workOnJobs(broken)).toBe('worked');
      expect(world.events).toStrictEqual([
        {
          type: 'job-batch-failed',
          organization: tenant.id,
          job: job?.id,
          failed: failures === 5,
          cause: new Error('password=hunter2'),
        },
      ]);
      expect(await jobsOf(tenant)).toMatchObject([
        { failures, state: failures < 5 ? 'running' : 'failed', done: 0 },
      ]);
      expect(await workOnJobs(broken)).toBe('idle');
      world.now += lease;
    }
    expect(await workOnJobs(world.context)).toBe('idle');
    expect(await holding()).toBe(0);
    const failed = await getJob(world.context, { organization: tenant.id, job: job?.id ?? '' });
    expect(failed.problem).toContain('went wrong');
    expect(JSON.stringify(failed) + JSON.stringify(await tenant.audit())).not.toContain('hunter2');
    expect(await tenant.audit('job.failed')).toHaveLength(1);
    await resync();
    await workAll(world.context);
    expect(await holding()).toBe(5);
  });

  it('failures are counted since the last batch that went through', async () => {
    const { tenant, map } = await acme();
    await map();
    const broken = intercepted(world.context, { error: new Error('once') });
    await workOnJobs(broken);
    world.now += lease;
    await workOnJobs(world.context, { batch: 2 });
    const [job] = await jobsOf(tenant);
    expect(job).toMatchObject({ failures: 0, done: 2 });
    expect(job).not.toHaveProperty('problem');
  });

  it('a store that is away is nobody’s failure', async () => {
    const { tenant, map } = await acme();
    await map();
    const away = intercepted(world.context, { error: new StoreError('store-unavailable', 'away') });
    for (let i = 0; i < 6; i++) {
      await expect(workOnJobs(away)).rejects.toMatchObject({ code: 'store-unavailable' });
      world.now += lease;
    }
    await workAll(world.context);
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'done', failures: 0 }]);
  });

  it('cancelled, it does no more batch; what is done stays done', async () => {
    const { tenant, map, holding } = await acme();
    await map();
    await workOnJobs(world.context, { batch: 2 });
    const [job] = await jobsOf(tenant);
    const cancel = () =>
      cancelJob(world.context, { organization: tenant.id, job: job?.id ?? '', actor: key });
    expect(await cancel()).toEqual({ outcome: 'cancelled' });
    expect(await cancel()).toEqual({ outcome: 'unchanged' });
    expect(await workOnJobs(world.context)).toBe('idle');
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'cancelled', done: 2 }]);
    expect(await holding()).toBe(2);
    expect(await tenant.audit('job.cancelled')).toMatchObject([{ actor: key }]);
  });

  it('cancelled while a worker has it, its batch is not begun', async () => {
    const { tenant, map, holding } = await acme();
    await map();
    const [job] = await jobsOf(tenant);
    const where = { organization: tenant.id, job: job?.id ?? '', actor: key };
    const slow = intercepted(world.context, { betweenTimes: () => cancelJob(world.context, where) });
    await workOnJobs(slow);
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'cancelled', done: 0 }]);
    expect(await holding()).toBe(0);
  });

  it('a directory deleted, or set to staging, meanwhile ends it', async () => {
    const gone = await acme();
    await gone.map();
    await workOnJobs(world.context, { batch: 2 });
    await deleteDirectory(world.context, gone.where);
    await workAll(world.context, 2);
    expect(await jobsOf(gone.tenant)).toMatchObject([
      { state: 'cancelled', done: 2, problem: 'its directory was deleted' },
    ]);
    const staged = await acme();
    await staged.map();
    await updateDirectory(world.context, { ...staged.where, changes: { state: 'staging' } });
    await workAll(world.context, 2);
    const [job] = await jobsOf(staged.tenant);
    expect(job?.state).toBe('cancelled');
    expect(job?.problem).toContain('staging');
    expect(await staged.holding()).toBe(0);
  });

  it('those of another organization are neither shown nor cancelled', async () => {
    const { tenant, map, directory } = await acme(1);
    await map();
    const [job] = await jobsOf(tenant);
    const other = await world.organization();
    const where = { organization: other.id, job: job?.id ?? '' };
    await expect(getJob(world.context, where)).rejects.toMatchObject({ code: 'job-not-found' });
    await expect(cancelJob(world.context, { ...where, actor: key })).rejects.toMatchObject({
      code: 'job-not-found',
    });
    const foreign = { organization: other.id, directory: directory.id, actor: key };
    await expect(resyncDirectory(world.context, foreign)).rejects.toMatchObject({
      code: 'directory-not-found',
    });
    expect(await jobsOf(other)).toEqual([]);
    const listed = await listJobs(world.context, {
      organization: tenant.id,
      subject: 'dir_other',
      limit: 10,
    });
    expect(listed.data).toEqual([]);
  });

  it('several workers at once: every member once, each batch by one of them', async () => {
    const { tenant, map, holding } = await acme(12);
    await map();
    const workers = Array.from({ length: 4 }, () => workAll(world.context, 2));
    await Promise.all(workers);
    await workAll(world.context, 2);
    expect(await jobsOf(tenant)).toMatchObject([{ state: 'done', done: 12, total: 12 }]);
    expect(await holding()).toBe(12);
    expect(await tenant.audit('grant.added')).toHaveLength(12);
  });

  it('M8: a role that an IdP may give from now on, or no more, is given or taken in the directories that map it', async () => {
    const { tenant, map, holding } = await acme();
    await TestDirectory.of(tenant);
    const role = 'custom-auditor';
    const where = { organization: tenant.id, actor: key };
    await createRole(world.context, {
      ...where,
      slug: role,
      name: 'Auditor',
      permissions: ['workspace:view'],
    });
    await map(role);
    await workAll(world.context);
    const change = async (changes: UpdateRole['changes']) => {
      await updateRole(world.context, { ...where, role, changes });
      const made = (await jobsOf(tenant)).filter(({ state }) => state === 'waiting').length;
      await workAll(world.context);
      return [made, await holding(role)];
    };
    expect(await change({ idpGrantable: false })).toEqual([1, 0]);
    expect(await change({ name: 'Reader' })).toEqual([0, 0]);
    expect(await change({ idpGrantable: true })).toEqual([1, 5]);
  });

  it('M12: where the highest role counts, the next one is due once that is deleted', async () => {
    const { tenant, map, holding } = await acme();
    const where = { organization: tenant.id, actor: key };
    const slugs = ['custom-first', 'custom-second'];
    for (const slug of slugs) {
      await createRole(world.context, { ...where, slug, name: slug, permissions: ['workspace:view'] });
      await map(slug);
    }
    await updateOrganization(world.context, { ...where, roleSelection: 'highest' });
    await workAll(world.context);
    expect([await holding('custom-first'), await holding('custom-second')]).toEqual([5, 0]);
    await deleteRole(world.context, { ...where, role: 'custom-first' });
    await workAll(world.context);
    expect(await holding('custom-second')).toBe(5);
  });

  it('a mapping that is widened while its job runs reaches those whom the job had passed', async () => {
    const { tenant, directory, holding, users } = await acme();
    await directory.group('Sales', users);
    const mapping = await directory.mapping({ value: 'Engineer', role: 'org-member' });
    await workOnJobs(world.context, { batch: 2 });
    expect(await holding()).toBe(0);
    await editMapping(world.context, {
      organization: tenant.id,
      mapping,
      actor: key,
      changes: { value: 'Engineering' },
    });
    await createMapping(world.context, {
      organization: tenant.id,
      actor: key,
      input: { source: { directory: directory.id }, claim: 'groups', value: 'Sales', role: 'org-guest' },
    });
    await workAll(world.context, 2);
    expect([await holding(), await holding('org-guest')]).toEqual([5, 5]);
  });
});

interface Interception {
  /** What reading the batch's people throws. */
  readonly error?: Error;
  /** Done between taking a job and its batch, once. */
  readonly betweenTimes?: () => Promise<unknown>;
}

function intercepted(
  { store, ...context }: UseCaseContext,
  { error, betweenTimes }: Interception,
): UseCaseContext {
  let transactions = 0;
  return {
    ...context,
    store: {
      read: store.read,
      changes: store.changes,
      ping: () => store.ping(),
      close: () => store.close(),
      transaction: async (work) => {
        transactions++;
        if (transactions === 2) await betweenTimes?.();
        return store.transaction((tx) =>
          work(
            error === undefined
              ? tx
              : { ...tx, directoryUsers: { ...tx.directoryUsers, after: () => Promise.reject(error) } },
          ),
        );
      },
    },
  };
}
