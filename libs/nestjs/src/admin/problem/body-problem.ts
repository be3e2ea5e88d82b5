/** What parsers of a request's body throw (body-parser, ours): errors with `status` and `type`. */
export function bodyProblem(error: unknown): { status: number; code: string; message: string } | undefined {
  if (!(error instanceof Error) || !('status' in error) || !('type' in error)) return undefined;
  switch (error.type) {
    case 'entity.parse.failed':
      return { status: 400, code: 'json-malformed', message: 'the body is not JSON' };
    case 'entity.too.large':
      return { status: 413, code: 'body-too-large', message: 'the body is larger than this server reads' };
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return { status: 415, code: 'encoding-unsupported', message: 'send JSON in UTF-8' };
    default:
      return typeof error.status === 'number' && error.status >= 400 && error.status < 500
        ? { status: error.status, code: 'body-unreadable', message: 'the body could not be read' }
        : undefined;
  }
}
