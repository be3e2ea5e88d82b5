import { Logger } from '@nestjs/common';
import type { Directory } from '@idp-roles/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ScimBulk } from '../../src/scim/scim-bulk.js';
import { BULK, USER } from './scim-host.js';

const directory = { id: 'dir_a', organization: 'org_a' } as Directory;

function bulk(create: () => Promise<unknown>) {
  const tried = vi.fn(create);
  const made = new ScimBulk(
    { create: tried } as never,
    {} as never,
    { charge: () => undefined } as never,
    { baseUrl: () => 'https://app.test/scim' } as never,
  );
  const run = async (count: number) => {
    const Operations = Array.from({ length: count }, (_, at) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `${at}`,
      data: { schemas: [USER], userName: `user-${at}` },
    }));
    const answer = await made.run({ directory, params: {}, body: { schemas: [BULK], Operations } });
    return (answer.body as { Operations: { status: string; response: unknown }[] }).Operations;
  };
  return { tried, run };
}

afterEach(() => vi.restoreAllMocks());

describe('a bulk request', () => {
  it('lets others have a turn between its operations, where the store never yields', async () => {
    const { run } = bulk(() => Promise.resolve({ status: 201, body: { id: 'x' } }));
    let turns = 0;
    let over = false;
    const beat = () => {
      turns++;
      if (!over) setImmediate(beat);
    };
    setImmediate(beat);
    await run(100);
    over = true;
    expect(turns).toBeGreaterThanOrEqual(100);
  });

  it('is tried no further once the service fails: all that is left gets the same answer, and the log one error', async () => {
    const logged = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    const { run, tried } = bulk(() =>
      tried.mock.calls.length < 3 ? Promise.resolve({ status: 201 }) : Promise.reject(new Error('broken')),
    );
    const answers = await run(100);
    expect(tried).toHaveBeenCalledTimes(3);
    expect(answers.map(({ status }) => status)).toEqual(['201', '201', ...Array<string>(98).fill('500')]);
    expect(answers[99]!.response).toEqual(answers[2]!.response);
    expect(logged).toHaveBeenCalledTimes(1);
  });
});
