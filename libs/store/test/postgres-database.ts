import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** Absent where there is no server to test on. */
export const databaseUrl = process.env['TEST_DATABASE_URL'];

/** The name of a schema nobody else uses, which the store makes itself. */
export async function aSchema(url = databaseUrl ?? '') {
  const schema = `test_${randomUUID().replaceAll('-', '')}`;
  const drop = async () => {
    const client = new Client(url);
    await client.connect();
    await client.query(`drop schema if exists "${schema}" cascade`);
    await client.end();
  };
  return { location: { url, schema }, schema, drop };
}
