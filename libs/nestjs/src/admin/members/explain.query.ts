import { ValidateIf } from 'class-validator';
import { Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

export class ExplainQuery {
  @Optional() @Text(64) role?: string;
  /** Of a 403 or a check: what it was about is asked again. */
  @Optional() @Text(20_000) decisionId?: string;
  @ValidateIf((query: ExplainQuery) => query.resourceType !== undefined || query.resourceId !== undefined)
  @Text(64)
  resourceType?: string;
  @ValidateIf((query: ExplainQuery) => query.resourceType !== undefined || query.resourceId !== undefined)
  @Text(255)
  resourceId?: string;
}
