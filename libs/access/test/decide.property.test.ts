import {
  decide,
  prepareSnapshot,
  type Question,
  type ResourceReference,
  type SnapshotGrant,
} from '@idp-roles/access';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { access, member } from './acme.js';

const resources: readonly (readonly ResourceReference[])[] = ['a', 'b'].flatMap((ws) => [
  [{ type: 'workspace', id: ws }],
  ...['1', '2'].map((project) => [
    { type: 'project', id: `${ws}${project}` },
    { type: 'workspace', id: ws },
  ]),
]);
const slugs = [...access.roles.keys()];
const permissions = [...access.permissions];

const path = fc.constantFrom([], ...resources);
const grants = fc.array(
  fc.record({
    role: fc.constantFrom(...slugs, 'gone'),
    at: path,
    expiresAt: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
    source: fc.constantFrom('api', 'sso:x'),
  }),
  { maxLength: 12 },
);
type Drawn = { role: string; at: readonly ResourceReference[]; expiresAt?: number; source: string };
const asGrants = (drawn: readonly Drawn[]): SnapshotGrant[] =>
  drawn.map(({ role, at, expiresAt, source }, index) => ({
    id: `g${index}`,
    role,
    source,
    basis: 'api',
    ...(at[0] && { resource: at[0] }),
    ...(expiresAt !== undefined && { expiresAt }),
  }));
const question = fc.tuple(path, fc.constantFrom(...slugs, ...permissions)).map(([at, asked]) => ({
  at,
  question: {
    ...(asked.includes(':') ? { permission: asked } : { role: asked }),
    ...(at[0] && { resource: at[0] }),
  } as Question,
}));

const same = (a?: ResourceReference, b?: ResourceReference) => a?.type === b?.type && a?.id === b?.id;

/** A2, A3 and A10 read aloud, over every grant. */
function naive(
  given: readonly SnapshotGrant[],
  asked: Question,
  at: readonly ResourceReference[],
  now: number,
) {
  const places = [...at, undefined];
  const wanted = access.roles.get(asked.role ?? '');
  if (asked.role !== undefined && wanted?.on !== (asked.resource?.type ?? 'organization')) return [];
  return given
    .filter(({ role, resource, expiresAt }) => {
      const held = access.roles.get(role);
      if (held === undefined || held.on !== (resource?.type ?? 'organization')) return false;
      if (expiresAt !== undefined && expiresAt <= now) return false;
      if (!places.some((place) => same(place, resource))) return false;
      if (asked.permission !== undefined) return held.permissions.has(asked.permission);
      if (same(resource, asked.resource)) return held === wanted;
      return [...(wanted?.permissions ?? [])].every((permission) => held.permissions.has(permission));
    })
    .map(({ id }) => id)
    .toSorted();
}

test('A2, A3, A10: the index agrees with a scan of every grant, answer and reasons', () => {
  fc.assert(
    fc.property(grants, question, fc.integer({ min: 0, max: 11 }), (drawn, { question: asked, at }, now) => {
      const given = asGrants(drawn);
      const decision = decide(access, prepareSnapshot(access, member(given)), asked, at, now);
      const reasons = naive(given, asked, at, now);
      expect(decision.reasons.map((reason) => reason.grant).toSorted()).toEqual(reasons);
      expect(decision.allowed).toBe(reasons.length > 0);
    }),
    { numRuns: 3000 },
  );
});

test('A2: more grants never take an answer away', () => {
  fc.assert(
    fc.property(grants, grants, question, (some, more, { question: asked, at }) => {
      const answer = (drawn: readonly Drawn[]) =>
        decide(access, prepareSnapshot(access, member(asGrants(drawn))), asked, at, 5).allowed;
      expect(answer([...some, ...more])).toBe(answer(some) || answer(more));
    }),
    { numRuns: 1000 },
  );
});
