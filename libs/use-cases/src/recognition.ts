import type { Identity } from '@idp-roles/store';

/** Where a member has an identity, and whether that source has not said enough yet, so that its default waits (M9). */
export interface Recognition {
  readonly source: string;
  readonly waits: boolean;
}

/** An identity made by a sign-in keeps `importDone` false until its first complete sign-in. */
export function recognitionOf({ source, importDone }: Identity): Recognition {
  return { source, waits: !importDone };
}
