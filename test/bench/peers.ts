import { createRequire } from 'node:module';
import type { RoleMapping } from '@idp-roles/mapping';
import { Engine } from 'json-rules-engine';

const jmespath = createRequire(import.meta.url)('jmespath') as {
  search(data: unknown, expression: string): unknown;
};

/** The least that can be done: a Map from value to roles, no evidence, no rules, no checks. */
export function bareIndex(mappings: readonly RoleMapping[]): (groups: readonly string[]) => Set<string> {
  const roles = new Map<string, string[]>();
  for (const { value = '', role } of mappings) {
    const known = roles.get(value);
    if (known === undefined) roles.set(value, [role]);
    else known.push(role);
  }
  return (groups) => {
    const given = new Set<string>();
    for (const group of groups) {
      const found = roles.get(group);
      if (found !== undefined) for (const role of found) given.add(role);
    }
    return given;
  };
}

/** What most products do: every mapping looks through the person's groups. */
export function naiveScan(mappings: readonly RoleMapping[]): (groups: readonly string[]) => Set<string> {
  return (groups) => {
    const given = new Set<string>();
    for (const { value = '', role } of mappings) if (groups.includes(value)) given.add(role);
    return given;
  };
}

/** One JMESPath expression for each mapping, as products that map by expression have it. */
export function jmespathRules(mappings: readonly RoleMapping[]): (groups: readonly string[]) => Set<string> {
  const rules = mappings.map(({ value, role }) => ({ expression: `contains(groups, '${value}')`, role }));
  return (groups) => {
    const given = new Set<string>();
    for (const { expression, role } of rules) {
      if (jmespath.search({ groups }, expression) === true) given.add(role);
    }
    return given;
  };
}

export function rulesEngine(
  mappings: readonly RoleMapping[],
): (groups: readonly string[]) => Promise<Set<string>> {
  const engine = new Engine(
    mappings.map(({ value, role }) => ({
      conditions: { all: [{ fact: 'groups', operator: 'contains', value }] },
      event: { type: role },
    })),
  );
  return async (groups) => {
    const { events } = await engine.run({ groups });
    return new Set(events.map(({ type }) => type));
  };
}
