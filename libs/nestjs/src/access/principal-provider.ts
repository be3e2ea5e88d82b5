import type { ExecutionContext } from '@nestjs/common';

/** Who is asking: one member of one organization. */
export interface Principal {
  readonly organization: string;
  readonly member: string;
  /** Absent where the request carries no session of ours. */
  readonly session?: {
    /** Hashed; never the cookie's value. */
    readonly id: string;
    /** Milliseconds since the epoch. One that began before the member's `sessionsValidFrom` is refused (S8). */
    readonly beganAt: number;
  };
}

/**
 * Turns a request into a member. It works by itself and may not rely on another guard having run (A11). A thrown
 * `HttpException` is answered as it is; any other failure is a 503.
 */
export abstract class PrincipalProvider {
  /** `undefined` where nobody is signed in. `null`, or what lacks either text, is read as that. */
  abstract principal(context: ExecutionContext): Promise<Principal | undefined>;
}
