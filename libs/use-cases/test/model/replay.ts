import { keyOf, Reference, type ModelState, type Operation } from './reference.js';
import type { Done, Stage } from './writer.js';

/** A disagreement, with what led to it. */
class Disagreement extends Error {}

/**
 * Runs a history on the reference in the order of its tickets: every answer, and every grant that came or went with it, must be the
 * reference's. One liberty is taken, for what is asked without a lock and written by nobody: whether a role has another holder, and
 * whether there is a newcomer already whom the connection refuses. Such an answer may not know of a concurrent transaction yet,
 * and stands before it in another order; the other way round it never may.
 */
export function replay(stage: Stage, begun: ModelState, { concurrent }: { readonly concurrent: boolean }) {
  const history = stage.done.toSorted((one, other) => one.recording.ticket - other.recording.ticket);
  const byTicket = new Map(history.map((done) => [done.recording.ticket, done.recording]));
  const live = new Map<string, string>();
  let state = begun;
  history.forEach((done, place) => {
    const { recording, answer } = done;
    const operation = withKey(done.operation, live);
    const seen = observed(stage, done, live);
    const attempt = (unseen: Reference['unseen']) => {
      const next = structuredClone(state);
      const told = new Reference(next, recording.ticket, unseen).run(operation);
      return { next, expected: { answer: told, ...difference(state, next) } };
    };
    const strict = attempt(() => false);
    const overlapping = (blindTo: 'holder' | 'member') =>
      attempt((since, what) => {
        const other = since === recording.ticket ? undefined : byTicket.get(since);
        return what === blindTo && other !== undefined && other.ended > recording.begun;
      });
    const others = concurrent ? [overlapping('holder'), overlapping('member')] : [];
    const agreed = [strict, ...others].find(({ expected }) => text(expected) === text({ answer, ...seen }));
    if (agreed === undefined) {
      const before = history.slice(Math.max(0, place - 20), place + 1).map(line);
      const told = `said ${text({ answer, ...seen })}, the reference ${text(strict.expected)}`;
      throw new Disagreement(
        `operation ${place} of ${history.length}: ${told}; up to it:\n${before.join('\n')}`,
      );
    }
    state = agreed.next;
    for (const id of recording.removed) live.delete(id);
    for (const grant of recording.added)
      live.set(grant.id, `${nameOf(stage, grant.member)}: ${keyOf(grant)}`);
  });
  return state;
}

function withKey(operation: Operation, live: ReadonlyMap<string, string>): Operation {
  if (operation.do !== 'revoke') return operation;
  const grant = live.get(operation.grant ?? '')?.replace(`${operation.person}: `, '');
  return { ...operation, grant };
}

function observed(stage: Stage, { recording }: Done, live: ReadonlyMap<string, string>) {
  const added = recording.added.map((grant) => `${nameOf(stage, grant.member)}: ${keyOf(grant)}`);
  const removed = recording.removed.map((id) => live.get(id) ?? `unknown ${id}`);
  return { added: added.toSorted(), removed: removed.toSorted() };
}

function nameOf({ members }: Stage, id: string): string {
  return [...members].find(([, known]) => known === id)?.[0] ?? id;
}

function difference(before: ModelState, after: ModelState) {
  const [old, now] = [new Set(grantsIn(before)), new Set(grantsIn(after))];
  return {
    added: [...now].filter((one) => !old.has(one)).toSorted(),
    removed: [...old].filter((one) => !now.has(one)).toSorted(),
  };
}

function grantsIn({ members }: ModelState): readonly string[] {
  return [...members].flatMap(([person, { grants }]) =>
    [...grants.keys()].map((grant) => `${person}: ${grant}`),
  );
}

function line({ operation, answer, recording }: Done): string {
  const { begun, ticket, ended } = recording;
  return `${begun}–${ticket}–${ended} ${text(operation)} → ${answer}`;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
