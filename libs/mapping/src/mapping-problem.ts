export type MappingProblemCode =
  | 'not-an-object'
  | 'unknown-field'
  | 'required'
  | 'wrong-type'
  | 'empty'
  | 'too-long'
  | 'too-many'
  | 'ill-formed-text'
  | 'match-unknown'
  | 'value-forbidden'
  | 'split-unknown'
  | 'sync-mode-unknown'
  | 'source-invalid'
  | 'import-on-directory'
  | 'captures-without-glob'
  | 'capture-out-of-range'
  | 'domain-invalid'
  | 'domain-unproven'
  | 'role-missing'
  | 'role-not-grantable'
  | 'resource-mapping-off'
  | 'resource-required'
  | 'resource-type-mismatch'
  | 'resource-missing';

/** One thing wrong with a mapping. `path` is dotted, with indexes: `also.0.value`; empty for the whole. */
export interface MappingProblem {
  readonly path: string;
  readonly code: MappingProblemCode;
  readonly message: string;
}
