/** What a writer does to its own person and mapping. Each says how it shall be, so that it may be done again. */
export type Deed =
  | { readonly do: 'sign-in'; readonly inGroup: boolean; readonly session: string }
  | { readonly do: 'assign'; readonly role: string }
  | { readonly do: 'revoke'; readonly role: string }
  | { readonly do: 'edit'; readonly enabled: boolean };

/** All that one writer's deeds decide. */
export interface Person {
  readonly exists: boolean;
  /** `role basis`, sorted. */
  readonly holds: readonly string[];
  readonly enabled: boolean;
}

export const nobody: Person = { exists: false, holds: [], enabled: true };
const MAPPED = 'org-member force';

/** The reference: what a deed makes of a person. */
export function after(person: Person, deed: Deed): Person {
  const others = (gone: string) => person.holds.filter((held) => held !== gone);
  const and = (held: string) => [...others(held), held].toSorted();
  switch (deed.do) {
    case 'sign-in':
      return {
        ...person,
        exists: true,
        holds: deed.inGroup && person.enabled ? and(MAPPED) : others(MAPPED),
      };
    case 'assign':
      return person.exists ? { ...person, holds: and(`${deed.role} api`) } : person;
    case 'revoke':
      return { ...person, holds: others(`${deed.role} api`) };
    case 'edit':
      return { ...person, enabled: deed.enabled, holds: deed.enabled ? person.holds : others(MAPPED) };
  }
}
