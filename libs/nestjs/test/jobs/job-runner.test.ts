import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, afterAll, describe, expect, it, vi } from 'vitest';
import { JobRunner } from '../../src/jobs/job-runner.js';

const running: JobRunner[] = [];
function start(work: () => Promise<'idle' | 'worked'>, pollMs: number): JobRunner {
  const runner = new JobRunner(work, pollMs);
  running.push(runner);
  runner.onApplicationBootstrap();
  return runner;
}
beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true as never));
afterEach(async () => {
  for (const runner of running.splice(0)) await runner.stop();
});

describe('the runner of jobs', () => {
  it('goes on while there is work, and rests when there is none', async () => {
    let left = 5;
    const work = vi.fn(async () => (left-- > 0 ? ('worked' as const) : ('idle' as const)));
    start(work, 60_000);
    await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(6));
    await pause(30);
    expect(work).toHaveBeenCalledTimes(6);
  });

  it('begins at once where it is told of work, also while it looks', async () => {
    let looking: (() => void) | undefined;
    const work = vi.fn(() => new Promise<'idle'>((resolve) => (looking = () => resolve('idle'))));
    const runner = start(work, 60_000);
    await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(1));
    runner.kick();
    looking!();
    await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(2));
    looking!();
    await pause(20);
    expect(work).toHaveBeenCalledTimes(2);
    runner.kick();
    await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(3));
    looking!();
  });

  it('looks again by itself', async () => {
    const work = vi.fn(async () => 'idle' as const);
    start(work, 10);
    await vi.waitFor(() => expect(work.mock.calls.length).toBeGreaterThan(3));
  });

  it('waits after a failure, and goes on', async () => {
    const work = vi.fn(async () => 'idle' as const).mockRejectedValueOnce(new Error('away'));
    start(work, 20);
    await vi.waitFor(() => expect(work.mock.calls.length).toBeGreaterThan(1));
  });

  it('never does two batches at a time', async () => {
    let [inside, most] = [0, 0];
    const runner = start(async () => {
      most = Math.max(most, ++inside);
      await pause(2);
      inside--;
      return 'worked';
    }, 10);
    for (let i = 0; i < 20; i++) {
      runner.kick();
      await pause(1);
    }
    expect(most).toBe(1);
  });

  it('D7: stops after the batch under way, and begins no other', async () => {
    let done = false;
    const work = vi.fn(async () => {
      await pause(30);
      done = true;
      return 'worked' as const;
    });
    const runner = start(work, 10);
    await vi.waitFor(() => expect(work).toHaveBeenCalled());
    await runner.stop();
    expect(done).toBe(true);
    const { length } = work.mock.calls;
    runner.kick();
    await pause(30);
    expect(work).toHaveBeenCalledTimes(length);
  });
});
