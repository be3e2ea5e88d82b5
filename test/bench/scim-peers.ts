import SCIMMY from 'scimmy';

type Resource = Readonly<Record<string, unknown>> & { readonly id: string };
interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly members: readonly { readonly value: string }[];
}

/** What scimmy works on. In memory and nowhere else, found by key: its best case, and nothing a restart would find again. */
const users = { all: [] as readonly Resource[] };
const groups = new Map<string, Group>();

SCIMMY.Resources.declare(
  SCIMMY.Resources.User.egress((asked) => {
    // Sooner than scimmy, which would make resources of all of them before it compares.
    const { filter } = asked as { filter?: { match(values: unknown): unknown } };
    return (filter ? filter.match(users.all) : users.all) as never;
  }),
);
SCIMMY.Resources.declare(
  SCIMMY.Resources.Group.ingress((asked, instance) => {
    const group = { ...instance, id: asked.id } as unknown as Group;
    groups.set(group.id, group);
    return group as never;
  }).egress((asked) => groups.get(asked.id as string) as never),
);

export function knowUsers(all: readonly Resource[]): void {
  users.all = all;
}

export function knowGroup(group: Group): void {
  groups.set(group.id, group);
}

export async function scimmyPatch(group: string, body: object): Promise<void> {
  await new SCIMMY.Resources.Group(group).patch(body as never);
}

export async function scimmyMembers(id: string): Promise<readonly string[]> {
  const group = await new SCIMMY.Resources.Group(id).read();
  return (group as unknown as Group).members.map(({ value }) => value);
}

export interface Listed {
  readonly totalResults: number;
  readonly Resources: readonly { readonly userName: string }[];
}

/** As an HTTP answer needs it: as text. */
export async function scimmyList(parameters: Readonly<Record<string, unknown>>): Promise<string> {
  const list = await new SCIMMY.Resources.User(parameters as never).read();
  return JSON.stringify(list);
}
