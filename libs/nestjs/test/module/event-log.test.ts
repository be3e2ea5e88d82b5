import { Logger } from '@nestjs/common';
import { describe, expect, it, vi } from 'vitest';
import { logEvent } from '../../src/event-log.js';

const scope = { organization: 'org_1', member: 'mem_1' };

function logged(event: Parameters<typeof logEvent>[1]): string[] {
  const logger = new Logger();
  const said: string[] = [];
  for (const level of ['warn', 'error'] as const) {
    vi.spyOn(logger, level).mockImplementation((text: string) => void said.push(`${level} ${text}`));
  }
  logEvent(logger, event);
  return said;
}

describe('the log of events', () => {
  it.each([false, true])('has the cause of a batch that failed (job given up: %s)', (failed) => {
    const cause = new Error('no such column');
    const [line, ...more] = logged({
      type: 'job-batch-failed',
      organization: 'org_1',
      job: 'job_1',
      failed,
      cause,
    });
    expect(more).toEqual([]);
    expect(line).toMatch(/^error .*job_1/);
    expect(line).toContain(cause.stack);
    expect(line?.includes('given up')).toBe(failed);
  });

  it('S11: warns of last holders, kept or lost', () => {
    const kept = logged({ type: 'last-holder-kept', ...scope, role: 'org-admin', source: 'sso:con_1' });
    expect(kept).toEqual([expect.stringMatching(/^warn .*sso:con_1.*org-admin.*mem_1/)]);
    const lost = logged({ type: 'last-holder-lost', ...scope, role: 'org-admin' });
    expect(lost).toEqual([expect.stringMatching(/^warn .*org-admin.*mem_1/)]);
  });

  it('says nothing of what happens every day', () => {
    expect(logged({ type: 'roles-changed', ...scope, added: ['org-admin'], removed: [] })).toEqual([]);
    expect(logged({ type: 'job-queued', organization: 'org_1', job: 'job_1' })).toEqual([]);
  });
});
