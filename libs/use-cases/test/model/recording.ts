import type { Grant, Store, StoreTransaction } from '@idp-roles/store';
import type { UseCaseContext } from '../../src/index.js';

/** When a transaction ran, on a clock that ticks with each of these moments, and what it did to grants. */
export class Recording {
  /** Before its first read; of the last attempt, where it was run again. */
  begun = 0;
  /** Once all was read and written, still inside: two that conflict hold a lock here, so this is an order they could have run in. */
  ticket = 0;
  /** After its commit, or its rollback. */
  ended = 0;
  added: readonly Grant[] = [];
  removed: readonly string[] = [];
}

export class Ticks {
  #now = 0;
  next(): number {
    return ++this.#now;
  }
}

/** The same surroundings, with a store that writes down what one verb does. */
export function recorded(context: UseCaseContext, ticks: Ticks, recording: Recording): UseCaseContext {
  const { store } = context;
  const recordingStore: Store = {
    read: store.read,
    changes: store.changes,
    ping: () => store.ping(),
    close: () => store.close(),
    async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
      try {
        return await store.transaction(async (tx) => {
          Object.assign(recording, { begun: ticks.next(), added: [], removed: [] });
          try {
            return await work(watched(tx, recording));
          } catch (error) {
            Object.assign(recording, { added: [], removed: [] });
            throw error;
          } finally {
            recording.ticket = ticks.next();
          }
        });
      } finally {
        recording.ended = ticks.next();
      }
    },
  };
  return { ...context, store: recordingStore };
}

function watched(tx: StoreTransaction, recording: Recording): StoreTransaction {
  const apply: StoreTransaction['grants']['apply'] = async (organization, changes) => {
    await tx.grants.apply(organization, changes);
    recording.added = [...recording.added, ...changes.add];
    recording.removed = [...recording.removed, ...changes.remove];
  };
  return { ...tx, grants: { ...tx.grants, apply } };
}
