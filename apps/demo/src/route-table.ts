import type { AccessRoute } from '@idp-roles/nestjs';

/** One line a route: how it is called, what it requires, and which method answers. */
export function routeTable(routes: readonly AccessRoute[]): string {
  const rows = [
    ['ROUTE', 'REQUIRES', 'HANDLER'],
    ...routes.map((route) => [`${route.verb} ${route.path}`, required(route), route.handler]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n');
}

/** Routes that say nothing, and which a global guard therefore denies to everybody. */
export function undeclared(routes: readonly AccessRoute[]): readonly AccessRoute[] {
  return routes.filter(({ access }) => access === 'undeclared');
}

function required({ access, requires, guards }: AccessRoute): string {
  if (access === 'undeclared') return 'UNDECLARED: denied to everybody';
  const asked = [...requires, ...guards].join(' and ');
  return asked === '' ? 'public' : asked.replaceAll('`', '');
}
