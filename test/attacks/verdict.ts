/** What must come of a case. */
export type Expectation = Admission | Refusal;

export interface Admission {
  /** As the IdP said it, byte by byte; what the store knows the person by. */
  readonly subject: string;
  readonly roles: readonly string[];
}

export interface Refusal {
  /** The page's code, or any of these. */
  readonly code: string | readonly string[];
  /** Of no sign-in under way: counted, not traced one by one. */
  readonly notBegun?: boolean;
  /** Refused after everything about the answer was proven, so that it is used up: rows of these tables may come. */
  readonly spends?: readonly string[];
}

export interface Verdict {
  readonly class: string;
  readonly name: string;
  /** Empty where all is as expected. */
  readonly wrong: readonly string[];
  /** Whether the answer opened a session. */
  readonly gotIn: boolean;
  /** Longest time in which nothing else of the process ran while the answer was judged, in ms. */
  readonly stallMs: number;
}

export const member = (subject: string, roles: readonly string[] = ['org-member']): Expectation => ({
  subject,
  roles,
});
export const refused = (code: Refusal['code'], more: Omit<Refusal, 'code'> = {}): Refusal => ({
  code,
  ...more,
});
