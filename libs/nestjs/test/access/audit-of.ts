import { AccessAuditError } from '../../src/access/audit-problem.js';
import { start } from './acme.js';

/** `Class.method code` for each problem that stopped the start; empty where it started. */
export async function auditOf(...args: Parameters<typeof start>): Promise<readonly string[]> {
  try {
    const { app } = await start(...args);
    await app.close();
    return [];
  } catch (error) {
    if (error instanceof AccessAuditError) return error.problems.map(({ where, code }) => `${where} ${code}`);
    throw error;
  }
}
