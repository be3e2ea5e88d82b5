#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { backUp } from './maintenance/back-up.js';
import type { StoreLocation } from './maintenance/home-at.js';
import { moveStore } from './maintenance/move-store.js';
import { reseal } from './maintenance/reseal.js';

const USAGE = `idp-roles-store: what an operator does to a store

  idp-roles-store back-up FOLDER FILE      copy the embedded database while apps use it
  idp-roles-store move FOLDER URL          copy it into an empty PostgreSQL; stop the app first
  idp-roles-store reseal STORE --secret-file NEW --secret-file OLD …
                                           seal everything anew with the first secret

FOLDER is the folder of the embedded database, URL begins with postgres://, STORE is either.
--schema NAME names the PostgreSQL schema, idp_roles if absent. A secret file holds one secret.
`;

async function run(argv: readonly string[]): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { schema: { type: 'string' }, 'secret-file': { type: 'string', multiple: true } },
  });
  const [command, first, second] = positionals;
  const at = (place: string): StoreLocation =>
    /^postgres(ql)?:\/\//.test(place) ? { url: place, schema: values.schema } : { folder: place };
  if (command === 'back-up' && first && second) {
    await backUp({ folder: first }, second);
    return `backed up into ${second}`;
  }
  if (command === 'move' && first && second) {
    const moved = await moveStore(at(first), at(second));
    const rows = Object.entries(moved).map(([table, count]) => `  ${table.padEnd(16)}${count}`);
    return ['moved', ...rows].join('\n');
  }
  if (command === 'reseal' && first && values['secret-file']) {
    const secrets = values['secret-file'].map((file) => readFileSync(file, 'utf8').trim());
    const { connections, identities } = await reseal(at(first), secrets);
    return `sealed anew: ${connections} connections, ${identities} people's kept claims`;
  }
  throw new Error(USAGE);
}

run(process.argv.slice(2)).then(
  (said) => console.log(said),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
