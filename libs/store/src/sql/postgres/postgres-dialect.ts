import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseIntrospector,
  type Dialect,
  type Kysely,
} from 'kysely';
import { PostgresDriver, type Lending } from './postgres-driver.js';

/** PostgreSQL over `pg`. Kysely's own dialect knows neither our errors nor which statements come too late. */
export class PooledPostgresDialect implements Dialect {
  constructor(readonly lending: Lending) {}

  createDriver() {
    return new PostgresDriver(this.lending);
  }

  createQueryCompiler() {
    return new PostgresQueryCompiler();
  }

  createAdapter() {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}
