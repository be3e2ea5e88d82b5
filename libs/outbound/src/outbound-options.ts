import type { LookupAddress } from 'node:dns';

/** The operator's, never an admin's: each of the first four weakens a rule on purpose. */
export interface OutboundOptions {
  /** `host` or `host:port` whose address and port may be any. Exact names, no wildcards; https stays required. */
  readonly allowHosts?: readonly string[];
  /** Address ranges that count as public, e.g. `10.20.0.0/16`. */
  readonly allowCidrs?: readonly string[];
  /** PEM certificates trusted besides the machine's own. */
  readonly ca?: string | readonly string[];
  /** Development only: `localhost`, `127.0.0.0/8` and `::1` may be called, over http too. */
  readonly allowLoopbackHttp?: boolean;
  /** Whole call, body included. At most, and by default, 10 000. */
  readonly timeoutMs?: number;
  /** After decompression. At most, and by default, 1 048 576. */
  readonly maxBodyBytes?: number;
  /** Replaces the system's resolver; answers all addresses of a name. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

export const TIMEOUT_MS = 10_000;
export const MAX_BODY_BYTES = 1_048_576;
