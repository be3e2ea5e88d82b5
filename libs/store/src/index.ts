export * from './ids.js';
export * from './ports/index.js';
export { fold, foldDomain, foldEmail } from './fold.js';
export { hashToken } from './secrets/hash-token.js';
export { openStore, type EmbeddedLocation, type StoreOptions } from './sql/open-store.js';
export type { PostgresLocation } from './sql/postgres/postgres-home.js';
export type { MigrationMode } from './sql/migrations/migrate.js';
export { openEphemeralStore, type EphemeralOptions } from './ephemeral/open-ephemeral-store.js';
