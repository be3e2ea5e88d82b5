/** A refusal made at the HTTP edge itself, before or beside what SCIM's own rules say. `message` becomes `detail`. */
export class ScimRefusal extends Error {
  override readonly name = 'ScimRefusal';
  constructor(
    readonly status: number,
    message: string,
    readonly more: {
      /** RFC 7644, table 9. */
      readonly scimType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }

  /** One answer, whatever was wrong: no token, another's, one of the past, or no such directory. */
  static unknown(): ScimRefusal {
    return new ScimRefusal(401, 'send a token of this directory as `Authorization: Bearer <token>`', {
      headers: { 'www-authenticate': 'Bearer realm="scim"' },
    });
  }

  /** RFC 6585, section 4; `wait` in milliseconds. */
  static tooMany(wait: number): ScimRefusal {
    const seconds = String(Math.ceil(wait / 1000));
    return new ScimRefusal(429, `too many requests; come again in ${seconds} s`, {
      headers: { 'retry-after': seconds },
    });
  }
}
