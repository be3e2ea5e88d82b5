import { BadRequestException, GoneException, NotFoundException } from '@nestjs/common';

const DETAIL = {
  'question-unknown': 'the access model has no such role or permission on this type',
  'type-resolved':
    'resources of this type are in the tables of the host: filter these with `AccessService.resourceFilter`',
  'cursor-invalid': 'no page follows this `after`; start again without it',
  'decision-unknown': 'this is no decision id of this organization',
  'decision-stale': 'this decision is too old to be explained; ask again',
} as const;

const body = (status: number, title: string, code: keyof typeof DETAIL) => ({
  title,
  status,
  code,
  detail: DETAIL[code],
});

/** 400: a list that cannot be made as it was asked for. */
export class AccessListException extends BadRequestException {
  constructor(
    readonly code: 'question-unknown' | 'type-resolved' | 'cursor-invalid',
    options: { readonly cause?: unknown } = {},
  ) {
    super(body(400, 'Bad Request', code), options);
    this.message = DETAIL[code];
  }
}

/** 404: none that we signed, or of another organization or member; the same answer, so that nothing is told. */
export class DecisionUnknownException extends NotFoundException {
  readonly code = 'decision-unknown';

  constructor() {
    super(body(404, 'Not Found', 'decision-unknown'));
    this.message = DETAIL[this.code];
  }
}

/** 410: ours, and from another time. */
export class DecisionStaleException extends GoneException {
  readonly code = 'decision-stale';

  constructor() {
    super(body(410, 'Gone', 'decision-stale'));
    this.message = DETAIL[this.code];
  }
}
