import { ValidateIf } from 'class-validator';
import { Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

export class ExplainQuery {
  @Optional() @Text(64) role?: string;
  @ValidateIf((query: ExplainQuery) => query.resourceType !== undefined || query.resourceId !== undefined)
  @Text(64)
  resourceType?: string;
  @ValidateIf((query: ExplainQuery) => query.resourceType !== undefined || query.resourceId !== undefined)
  @Text(255)
  resourceId?: string;
}
