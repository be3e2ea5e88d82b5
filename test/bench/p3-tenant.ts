import {
  defineAccess,
  prepareSnapshot,
  type PreparedSnapshot,
  type ResourceReference,
} from '@idp-roles/access';

export const access = defineAccess({
  resources: { workspace: { parent: 'organization' }, project: { parent: 'workspace' } },
  roles: {
    'org-admin': { permissions: ['workspace:manage', 'project:edit', 'project:view'] },
    'workspace-admin': { on: 'workspace', permissions: ['workspace:manage', 'project:edit', 'project:view'] },
    'project-editor': { on: 'project', permissions: ['project:edit', 'project:view'] },
    'project-viewer': { on: 'project', permissions: ['project:view'] },
  },
});

export const PERMISSION = 'project:edit';
const projectsEach = 20;

export interface Held {
  readonly role: string;
  readonly type: 'workspace' | 'project';
  readonly id: string;
}

/** As long as ids of products are. */
const projectId = (n: number) => `prj_${n.toString(36).padStart(16, '0')}`;
export const workspaceId = (n: number) => `wsp_${n.toString(36).padStart(16, '0')}`;
export const workspaceOf = (project: number) => Math.floor(project / projectsEach);

/** One member's grants: three in four that let them edit a project, each tenth on its workspace. */
export function grantsOf(count: number): readonly Held[] {
  return Array.from({ length: count }, (_, n): Held => {
    if (n % 10 === 9) return { role: 'workspace-admin', type: 'workspace', id: workspaceId(n) };
    return {
      role: n % 4 === 3 ? 'project-viewer' : 'project-editor',
      type: 'project',
      id: projectId(n * 2 * projectsEach),
    };
  });
}

export function snapshotOf(held: readonly Held[]): PreparedSnapshot {
  return prepareSnapshot(access, {
    organization: 'org_0123456789abcdef',
    member: 'mem_0123456789abcdef_0123456789abcdef',
    status: 'active',
    sessionsValidFrom: 0,
    version: 1,
    grants: held.map(({ role, type, id }, n) => ({
      id: `gra_0123456789abcdef_${(n * 7_919).toString(36).padStart(16, '0')}`,
      role,
      resource: { type, id },
      source: 'api',
      basis: 'api',
    })),
  });
}

/** Every path that is asked about, as the guards keep them. */
export function pathsOf(questions: readonly string[]): ReadonlyMap<string, readonly ResourceReference[]> {
  return new Map(
    questions.map((id) => {
      const workspace = workspaceId(workspaceOf(Number.parseInt(id.slice(4), 36)));
      return [
        id,
        [
          { type: 'project', id },
          { type: 'workspace', id: workspace },
        ],
      ];
    }),
  );
}

/**
 * Half of them ask about something held, or about something below, the others about any of a million; each a text of its own, as
 * from a request. As many resources are asked about whatever is held.
 */
export function questionsOf(held: readonly Held[], count = 4_096): readonly string[] {
  const pick = numbers(11);
  const chosen = Array.from({ length: count }, (_, n) => {
    const one = held[pick(held.length)] as Held;
    if (n % 2 === 0) return projectId(pick(1_000_000) * 2 + 1);
    if (one.type === 'project') return one.id;
    return projectId(Number.parseInt(one.id.slice(4), 36) * projectsEach + pick(projectsEach));
  });
  return JSON.parse(JSON.stringify(chosen)) as string[];
}

/** A linear congruential generator, seeded, so that each run asks the same. Numerical Recipes, section 7.1. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
