import type { PageRequest } from '@idp-roles/store';
import { ValidateBy } from 'class-validator';
import { Optional } from './optional.js';
import { Text } from './text.js';

function Limit(): PropertyDecorator {
  return ValidateBy({
    name: 'limit',
    validator: {
      validate: (value) => typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) && Number(value) <= 200,
      defaultMessage: () => 'limit must be a whole number from 1 to 200',
    },
  });
}

/** `?after=&limit=` of every list that has pages. */
export class PageQuery {
  @Optional() @Text(500) after?: string;
  @Optional() @Limit() limit?: string;
}

export function pageRequest(query: PageQuery): PageRequest {
  return { after: query.after, limit: query.limit === undefined ? 50 : Number(query.limit) };
}
