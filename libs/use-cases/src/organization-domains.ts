import { foldDomain } from '@idp-roles/mapping';
import type { Actor, Domain } from '@idp-roles/store';
import { refuseProblems, type Problem } from './use-case-error.js';

/**
 * L10: the domains an organization has from now on. A service key, and the host's own code, prove by naming; anybody else
 * adds unproven ones, which count for nothing. What was proven before stays so.
 */
export function domainsNamed(
  names: readonly string[],
  before: readonly Domain[],
  { organization, actor, at }: { readonly organization: string; readonly actor: Actor; readonly at: number },
): readonly Domain[] {
  const problems: Problem[] = [];
  const known = new Map(before.map((domain) => [domain.domain, domain]));
  const proves = actor.kind === 'service-key' || actor.kind === 'host';
  const domains = new Map<string, Domain>();
  names.forEach((name, index) => {
    const domain = foldDomain(name);
    if (domain === undefined || !domain.includes('.')) {
      const message = `\`${name.slice(0, 300)}\` is no domain; write it like \`example.com\``;
      problems.push({ path: `domains.${index}`, code: 'domain-invalid', message });
      return;
    }
    const held = known.get(domain);
    const proof =
      proves && held?.provenAt === undefined ? ({ provenAt: at, method: 'service-key' } as const) : {};
    domains.set(domain, { ...(held ?? { domain, organization }), ...proof });
  });
  refuseProblems(problems);
  return [...domains.values()];
}
