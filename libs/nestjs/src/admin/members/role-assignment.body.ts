import { Instant } from '../request/instant.js';
import { Nested } from '../request/nested.js';
import { Optional } from '../request/optional.js';
import { ResourceBody } from '../request/resource.body.js';
import { Text } from '../request/text.js';

export class AssignRoleBody {
  @Text(64) role!: string;
  @Optional() @Nested(() => ResourceBody) resource?: ResourceBody;
  @Optional() @Instant() expiresAt?: string;
}
