import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { claimsOf } from '@idp-roles/mapping';
import { openStore, StoreError } from '@idp-roles/store';
import { assignRole, editMapping, revokeRole, signIn } from '@idp-roles/use-cases';
import type { Deed } from '../person.js';
import { contextOver, host, ISSUER, secretKeys, type Setting } from '../setting.js';

/**
 * Sign-ins, assignments and mapping edits by many writers at once, for ever. Says `begun` before each and `done` once it
 * is committed; `away` with its milliseconds where the store was, and does the same deed again until it is done.
 */
const { location, organization, connection, mappings } = JSON.parse(process.argv[2] ?? '') as Setting;
const run = process.argv[3] ?? '';
/** Which writers are this process's; all where it does not say. */
const mine = process.argv[4]?.split(',').map(Number) ?? [...mappings.keys()];
const store = await openStore(location, { secretKeys });
const context = contextOver(store);
const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);

async function perform(writer: number, deed: Deed, attempt: string): Promise<void> {
  const member = await memberOf(writer);
  if (deed.do === 'sign-in') {
    const expiresAt = Date.now() + 600_000;
    const outcome = await signIn(context, {
      connection,
      issuer: ISSUER,
      format: 'sub',
      subject: `p${writer}`,
      claims: claimsOf({ groups: deed.inGroup ? [`G${writer}`] : [] }),
      replayKey: { id: attempt, expiresAt },
      session: { id: attempt, expiresAt },
    });
    if (outcome.outcome !== 'signed-in') throw new Error(`refused: ${outcome.code}`);
  } else if (deed.do === 'edit') {
    const changes = { enabled: deed.enabled };
    await editMapping(context, { organization, mapping: mappings[writer]!, actor: host, changes });
  } else if (member !== undefined && deed.do === 'assign') {
    await assignRole(context, { organization, member, role: deed.role, actor: host });
  } else if (member !== undefined) {
    const held = await store.read.grants.ofMember(organization, member);
    const grant = held.find(({ role, basis }) => role === deed.role && basis === 'api');
    if (grant) await revokeRole(context, { organization, member, assignment: grant.id, actor: host });
  }
}

async function memberOf(writer: number): Promise<string | undefined> {
  const source = `sso:${connection}`;
  const key = { organization, source, issuer: ISSUER, format: 'sub', subject: `p${writer}` };
  return (await store.read.members.identity(key))?.member;
}

const pick = <T>(...from: readonly T[]) => from[Math.floor(Math.random() * from.length)]!;

function nextDeed(attempt: string): Deed {
  const inGroup = pick(true, true, false);
  return pick<Deed>(
    { do: 'sign-in', inGroup, session: attempt },
    { do: 'sign-in', inGroup, session: attempt },
    { do: 'assign', role: pick('org-admin', 'org-billing') },
    { do: 'revoke', role: 'org-billing' },
    { do: 'edit', enabled: pick(true, false) },
  );
}

async function write(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    let attempt = `${run}-${writer}-${n}`;
    let deed = nextDeed(attempt);
    for (let again = 0; ; again++) {
      const began = performance.now();
      try {
        say({ writer, begun: deed });
        await perform(writer, deed, attempt);
        say({ writer, done: deed, ms: performance.now() - began });
        break;
      } catch (error) {
        const ms = performance.now() - began;
        if (!(error instanceof StoreError) || error.code !== 'store-unavailable') {
          say({
            writer,
            defect: error instanceof Error ? (error.stack ?? error.message) : String(error),
            ms,
          });
          return;
        }
        say({ writer, away: error.message, ms });
        await pause(20);
        attempt = `${run}-${writer}-${n}-${again}`;
        if (deed.do === 'sign-in') deed = { ...deed, session: attempt };
      }
    }
  }
}

await Promise.all(mine.map((writer) => write(writer)));
