import type { NamedMember } from '@idp-roles/store';

/** What a PATCH or a PUT does to a group, in order. Members are named as the IdP named them. */
export type GroupChange =
  | { readonly type: 'rename'; readonly displayName: string }
  /** Absent: it has none from now on. */
  | { readonly type: 'set-external-id'; readonly externalId?: string }
  | MemberChange
  | { readonly type: 'remove-all-members' };

type MemberChange =
  | { readonly type: 'add-members'; readonly members: readonly NamedMember[] }
  | { readonly type: 'remove-members'; readonly values: readonly string[] }
  | { readonly type: 'replace-members'; readonly members: readonly NamedMember[] };

/**
 * The same changes of members in fewer steps: what IdPs send as one operation for each member becomes one, and all removed with
 * some added afterwards is a replacement, in which those who stay are never taken out.
 */
export function memberSteps(changes: readonly GroupChange[]): readonly MemberChange[] {
  let steps: Step[] = [];
  for (const change of changes) {
    const last = steps.at(-1);
    if (change.type === 'remove-all-members') steps = [{ type: 'replace-members', members: [] }];
    else if (change.type === 'replace-members') steps = [{ ...change, members: [...change.members] }];
    else if (change.type === 'add-members') {
      if (last === undefined || last.type === 'remove-members') {
        steps.push({ type: 'add-members', members: [...change.members] });
      } else for (const member of change.members) last.members.push(member);
    } else if (change.type === 'remove-members') {
      if (last?.type !== 'remove-members') steps.push({ type: 'remove-members', values: [...change.values] });
      else for (const value of change.values) last.values.push(value);
    }
  }
  return steps;
}

/** Grows while operations are gathered: an IdP may send thousands. */
type Step =
  | { readonly type: 'add-members' | 'replace-members'; readonly members: NamedMember[] }
  | { readonly type: 'remove-members'; readonly values: string[] };
