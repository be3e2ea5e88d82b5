import { IsIn } from 'class-validator';
import { Nested } from '../request/nested.js';
import { Clearable, Optional } from '../request/optional.js';
import { PageQuery } from '../request/page-query.js';
import { ResourceBody } from '../request/resource.body.js';
import { Text } from '../request/text.js';

export class PutResourceBody {
  /** Absent or null: directly under the organization. */
  @Clearable() @Nested(() => ResourceBody) parent?: ResourceBody | null;
  @Clearable() @Text() name?: string | null;
}

export class RemoveResourceQuery {
  /** `true`: with everything below. */
  @Optional() @IsIn(['true', 'false']) cascade?: 'true' | 'false';
}

export class ResourcesQuery extends PageQuery {
  @Optional() @Text(64) type?: string;
}
