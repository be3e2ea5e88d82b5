/** `after` is the opaque cursor that the previous page returned; anything else throws `StoreError` `cursor-invalid`. `limit` is 1 to 200. */
export interface PageRequest {
  readonly after?: string;
  readonly limit: number;
}

export interface Page<T> {
  readonly data: readonly T[];
  /** Present where more follows. */
  readonly after?: string;
}
