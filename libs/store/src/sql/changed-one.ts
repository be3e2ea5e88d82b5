import { StoreError } from '../ports/store.js';

/** An update that meets no row is a defect of the caller: nothing it wrote would be there. */
export function changedOne(rows: bigint, what: string): void {
  if (rows === 0n) throw new StoreError('store-misused', `there is no ${what} to update; insert it first`);
}
