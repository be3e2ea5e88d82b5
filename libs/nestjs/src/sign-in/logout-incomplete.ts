/** A store failed on the way of a logout. `sessionEnded`: whether the session here is over nevertheless. */
export class LogoutIncomplete extends Error {
  override readonly name = 'LogoutIncomplete';
  readonly status = 503;
  readonly code = 'store-unavailable';

  constructor(
    readonly sessionEnded: boolean,
    cause: unknown,
  ) {
    super(
      sessionEnded
        ? 'your session here has ended; the identity provider could not be told, so sign out there too'
        : 'your session has not ended; try again in a minute',
      { cause },
    );
  }
}
