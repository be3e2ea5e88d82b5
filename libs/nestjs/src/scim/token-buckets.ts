import { LRUCache } from 'lru-cache';

interface Bucket {
  tokens: number;
  at: number;
}

export interface BucketSize {
  /** Tokens that come back in a second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** The most buckets kept; who is forgotten begins with a full one. */
const KEPT = 10_000;

/** One bucket of tokens for each key, in this process's memory. */
export class TokenBuckets {
  readonly #buckets = new LRUCache<string, Bucket>({ max: KEPT });
  readonly #size: BucketSize;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(
    size: BucketSize,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#size = size;
  }

  /** 0 where a token was there, and is taken; else the milliseconds until one is. */
  take(key: string): number {
    const bucket = this.#filled(key);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / this.#size.perSecond) * 1000);
    bucket.tokens -= 1;
    return 0;
  }

  /** What turned out to cost more than the token it took: the bucket may owe, and is waited for. */
  charge(key: string, tokens: number): void {
    this.#filled(key).tokens -= tokens;
  }

  #filled(key: string): Bucket {
    const { perSecond, burst } = this.#size;
    const now = this.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
