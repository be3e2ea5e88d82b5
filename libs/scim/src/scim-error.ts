import { uris } from './uris.js';

/** RFC 7644, table 9, and RFC 9865, section 2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** A request that is refused whole: nothing of it has any effect. `message` is fit to be shown to the IdP. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  constructor(
    readonly status: number,
    readonly scimType: ScimType | undefined,
    readonly detail: string,
  ) {
    super(detail);
  }
}

export interface ErrorBody {
  readonly schemas: readonly string[];
  /** RFC 7644, section 3.12: a text. */
  readonly status: string;
  readonly scimType?: string;
  readonly detail: string;
}

/** RFC 7644, section 3.12. */
export function errorBody(error: {
  readonly status: number;
  readonly scimType?: string;
  readonly detail: string;
}): ErrorBody {
  return {
    schemas: [uris.error],
    status: String(error.status),
    ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
    detail: error.detail,
  };
}

const shownLength = 100;

/** User input in a message: in backticks, its beginning only. */
export function quote(text: string): string {
  return `\`${text.length > shownLength ? `${text.slice(0, shownLength)}…` : text}\``;
}
