import {
  assignRole,
  createMapping,
  deactivateMember,
  deleteMapping,
  disableConnection,
  editMapping,
  inviteMember,
  reactivateMember,
  revokeRole,
  updateConnection,
  UseCaseError,
  type UseCaseContext,
} from '../../src/index.js';
import { key, Tenant } from '../world.js';
import type { Chance } from './chance.js';
import { recorded, Recording, type Ticks } from './recording.js';
import type { Operation } from './reference.js';

/** What one writer did and was told. Of a revocation, `grant` is the grant's id. */
export interface Done {
  readonly operation: Operation;
  readonly answer: string;
  readonly recording: Recording;
}

/** What the writers of one history share. */
export interface Stage {
  readonly tenant: Tenant;
  readonly ticks: Ticks;
  readonly people: readonly string[];
  readonly connections: readonly string[];
  /** Name → id, of whom somebody was told. */
  readonly members: Map<string, string>;
  readonly mappings: string[];
  readonly done: Done[];
}

const roles = ['org-admin', 'org-admin', 'org-member', 'org-billing'] as const;
const values = ['A', 'B', 'C'] as const;
const modes = ['force', 'force', 'import'] as const;
const kinds = [
  ...Array<'sign-in'>(7).fill('sign-in'),
  ...(['assign', 'assign', 'revoke', 'revoke', 'revoke', 'suspend', 'activate', 'activate'] as const),
  ...(['map', 'edit', 'edit', 'unmap', 'disable', 'enable', 'enable', 'invite'] as const),
];
let sessions = 0;

/** Does one thing by chance, and notes the answer. */
export async function act(stage: Stage, context: UseCaseContext, chance: Chance): Promise<void> {
  const recording = new Recording();
  const watched = recorded(context, stage.ticks, recording);
  const done = await attempt(stage, watched, chance);
  if (done !== undefined) stage.done.push({ ...done, recording });
}

async function attempt(
  stage: Stage,
  context: UseCaseContext,
  chance: Chance,
): Promise<Omit<Done, 'recording'> | undefined> {
  const { tenant, members, mappings } = stage;
  const common = { organization: tenant.id, actor: key };
  const kind = chance.one(kinds);
  const person = chance.one(stage.people);
  const connection = chance.one(stage.connections);
  if (kind === 'sign-in') {
    const groups = chance.some(values);
    const session = `session-${++sessions}-${tenant.id}`;
    const more = { session: { id: session, expiresAt: Number.MAX_SAFE_INTEGER } };
    const outcome = await tenant.signInBy(context, connection, person, { groups }, more);
    if (outcome.outcome === 'signed-in') members.set(person, outcome.member.id);
    const answer = outcome.outcome === 'signed-in' ? outcome.outcome : outcome.code;
    return { operation: { do: kind, person, connection, groups, session }, answer };
  }
  if (kind === 'invite') {
    const answer = await said(async () => {
      const { id } = await inviteMember(context, { ...common, email: `${person}@${tenant.domain}` });
      members.set(person, id);
      return 'invited';
    });
    return { operation: { do: kind, person }, answer };
  }
  if (kind === 'map') {
    const body = {
      connection,
      value: chance.one(values),
      role: chance.one(roles),
      syncMode: chance.one(modes),
    };
    const { value, role, syncMode } = body;
    const input = { source: { connection }, claim: 'groups', value, role, syncMode };
    const { mapping } = await createMapping(context, { ...common, input });
    mappings.push(mapping.id);
    return { operation: { do: kind, mapping: mapping.id, body }, answer: 'created' };
  }
  if (kind === 'disable' || kind === 'enable') {
    const answer = await said(async () => {
      if (kind === 'disable') await disableConnection(context, { ...common, connection });
      else {
        const changes = { state: 'active' } as const;
        await updateConnection(context, { ...common, connection, changes, sharedIssuer: false });
      }
      return `${kind}d`;
    });
    return { operation: { do: kind, connection }, answer };
  }
  if (kind === 'edit' || kind === 'unmap') {
    if (mappings.length === 0) return undefined;
    const mapping = chance.one(mappings);
    if (kind === 'unmap') {
      const answer = await said(async () => (await deleteMapping(context, { ...common, mapping })).outcome);
      return { operation: { do: kind, mapping }, answer };
    }
    const changes = chance.one([
      { value: chance.one(values) },
      { role: chance.one(roles) },
      { enabled: chance.below(2) === 0 },
      { syncMode: chance.one(modes) },
      { value: chance.one(values), role: chance.one(roles), enabled: true },
    ]);
    const answer = await said(async () => {
      await editMapping(context, { ...common, mapping, changes });
      return 'edited';
    });
    return { operation: { do: kind, mapping, changes }, answer };
  }
  const member = members.get(person);
  if (member === undefined) return undefined;
  const of = { ...common, member };
  if (kind === 'assign') {
    const role = chance.one(roles);
    const answer = await said(async () => (await assignRole(context, { ...of, role })).outcome);
    return { operation: { do: kind, person, role }, answer };
  }
  if (kind === 'revoke') {
    const held = await tenant.grants(member);
    if (held.length === 0) return undefined;
    const { id: grant } = chance.one(held);
    const answer = await said(async () => (await revokeRole(context, { ...of, assignment: grant })).outcome);
    return { operation: { do: kind, person, grant }, answer };
  }
  const answer = await said(async () => {
    if (kind === 'activate') return (await reactivateMember(context, of)).outcome;
    const { outcome, lost } = await deactivateMember(context, of);
    return [outcome, ...lost.map(({ role }) => `${role} lost`)].join(', ');
  });
  return { operation: { do: kind, person }, answer };
}

async function said(run: () => Promise<string>): Promise<string> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UseCaseError) return error.code;
    throw error;
  }
}
