export type SettingsProblemCode =
  | 'not-an-object'
  | 'unknown-setting'
  | 'missing'
  | 'not-a-string'
  | 'not-a-boolean'
  | 'not-a-list'
  | 'too-long'
  | 'not-a-url'
  | 'url-not-https'
  | 'url-with-fragment'
  | 'url-with-credentials'
  | 'unknown-value'
  | 'changeable-subject'
  | 'certificate-unreadable'
  | 'certificate-key-unsupported'
  | 'certificate-key-weak'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'private-key-unreadable'
  | 'private-key-mismatch';

/** One thing wrong with settings; `path` as in `certificates[1]`, empty for the whole. */
export interface SettingsProblem {
  readonly path: string;
  readonly code: SettingsProblemCode;
  readonly message: string;
}

/** Collects instead of stopping at the first, so that one answer lists all. */
export type Report = (path: string, code: SettingsProblemCode, message: string) => undefined;
