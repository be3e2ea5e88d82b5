/** Who gives grants by mapping: one SSO connection or one directory. On the wire: `{connection:id}` or `{directory:id}`. */
export type MappingSource = { readonly connection: string } | { readonly directory: string };

/** The string form that grants carry: `sso:<connection>` or `directory:<directory>`. */
export type SourceKey = `sso:${string}` | `directory:${string}`;

export function sourceKey(source: MappingSource): SourceKey {
  return 'connection' in source ? `sso:${source.connection}` : `directory:${source.directory}`;
}
