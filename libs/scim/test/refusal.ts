import { ScimError } from '../src/index.js';

/** The error that was thrown, which is never another than `ScimError`; undefined where there was none. */
export function refusal(act: () => unknown): ScimError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}
