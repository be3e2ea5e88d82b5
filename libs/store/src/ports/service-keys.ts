export interface ServiceKeyRow {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the key, hex. */
  readonly hash: string;
  readonly createdAt: number;
}

export interface ServiceKeyReader {
  byHash(hash: string): Promise<ServiceKeyRow | undefined>;
  list(): Promise<readonly ServiceKeyRow[]>;
}

export interface ServiceKeyWriter extends ServiceKeyReader {
  insert(key: ServiceKeyRow): Promise<void>;
  delete(id: string): Promise<boolean>;
}
