import type { EphemeralStore } from '@idp-roles/store';
import { Store, type SessionData } from 'express-session';

/** A touch sooner than this after the last write costs nothing: the idle end is exact to one minute. */
const TOUCH_EVERY_MS = 60_000;

type Done = (error?: unknown) => void;
interface Kept {
  readonly session: SessionData;
  readonly writtenAt: number;
}

/** express-session over the ephemeral store. An outage is an error, never "no session" (D6). */
export class KeyvSessionStore extends Store {
  constructor(
    private readonly ephemeral: EphemeralStore,
    private readonly idleMs: number,
    private readonly clock: () => number,
    private readonly hash: (sid: string) => string,
  ) {
    super();
  }

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    this.ephemeral.get<Kept>(this.#key(sid)).then(
      (kept) => {
        callback(null, kept ? Object.assign(kept.session, { idpRolesWrittenAt: kept.writtenAt }) : null);
      },
      (error) => callback(error),
    );
  }

  override set(sid: string, session: SessionData, callback: Done = () => {}): void {
    const { idpRolesWrittenAt: _, ...content } = session as SessionData & { idpRolesWrittenAt?: number };
    const kept: Kept = { session: content as SessionData, writtenAt: this.clock() };
    this.ephemeral.set(this.#key(sid), kept, this.idleMs).then(() => callback(), callback);
  }

  /** Does not bring back what was destroyed while this request was under way; in the moment between, the index is what refuses it. */
  override touch(sid: string, session: SessionData, callback: Done = () => {}): void {
    const { idpRolesWrittenAt } = session as SessionData & { idpRolesWrittenAt?: number };
    if (idpRolesWrittenAt !== undefined && this.clock() - idpRolesWrittenAt < TOUCH_EVERY_MS)
      return callback();
    this.ephemeral
      .get(this.#key(sid))
      .then((kept) => (kept === undefined ? callback() : this.set(sid, session, callback)), callback);
  }

  override destroy(sid: string, callback: Done = () => {}): void {
    this.ephemeral.delete(this.#key(sid)).then(() => callback(), callback);
  }

  /** By the hash of its id. */
  async forget(hash: string): Promise<void> {
    await this.ephemeral.delete(`session:${hash}`);
  }

  #key(sid: string): string {
    return `session:${this.hash(sid)}`;
  }
}
