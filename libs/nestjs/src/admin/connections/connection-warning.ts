/** Worth an admin's look; nothing was refused for it. */
export interface ConnectionWarning {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

export type Warned<View> = View & { readonly warnings: readonly ConnectionWarning[] };

/** Each code once: the protocol package and the use case may see the same thing. */
export function shownWarnings(
  ...lists: readonly (readonly ConnectionWarning[])[]
): readonly ConnectionWarning[] {
  const all = lists.flat();
  return all.filter(({ code }, index) => all.findIndex((other) => other.code === code) === index);
}
