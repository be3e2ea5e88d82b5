export type SettingsProblemCode =
  | 'not-an-object'
  | 'unknown-setting'
  | 'missing'
  | 'wrong-type'
  | 'empty'
  | 'too-long'
  | 'invalid-url'
  | 'https-required'
  | 'multi-tenant-issuer'
  | 'unknown-value'
  | 'unsafe-algorithm'
  | 'secret-missing'
  | 'secret-unused'
  | 'changeable-subject'
  | 'required-claims-missing';

/** `path` as in the settings, e.g. `requiredClaims.hd`; empty for the whole. */
export interface SettingsProblem {
  readonly path: string;
  readonly code: SettingsProblemCode;
  readonly message: string;
}
