/** Worth an admin's look; nothing was refused for it. */
export interface ConnectionWarning {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

export type Warned<View> = View & { readonly warnings: readonly ConnectionWarning[] };

export function shownWarnings(
  ...lists: readonly (readonly ConnectionWarning[])[]
): readonly ConnectionWarning[] {
  return lists.flat();
}
