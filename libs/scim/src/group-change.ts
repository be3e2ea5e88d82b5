/** As the IdP sent it: `value` is an id of ours, or, of somebody not known yet, what the IdP calls them. */
export interface NamedMember {
  readonly value: string;
  readonly type?: 'User' | 'Group';
  readonly display?: string;
}

/** What a PATCH or a PUT does to a group, in order; made without knowing who belongs to it. As `use-cases` wants it, which this package does not know. */
export type GroupChange =
  | { readonly type: 'rename'; readonly displayName: string }
  /** Absent: it has none from now on. */
  | { readonly type: 'set-external-id'; readonly externalId?: string }
  | { readonly type: 'add-members'; readonly members: readonly NamedMember[] }
  | { readonly type: 'remove-members'; readonly values: readonly string[] }
  | { readonly type: 'remove-all-members' }
  | { readonly type: 'replace-members'; readonly members: readonly NamedMember[] };
