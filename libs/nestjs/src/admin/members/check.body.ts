import { ValidateBy, ValidateIf } from 'class-validator';
import { Nested } from '../request/nested.js';
import { Optional } from '../request/optional.js';
import { ResourceBody } from '../request/resource.body.js';
import { Text } from '../request/text.js';

/** What to ask: one of `permission` and `role`; without a resource, about the organization. */
export class CheckBody {
  @ValidateIf((body: CheckBody) => body.role === undefined || body.permission !== undefined)
  @NotBesideRole()
  @Text(128)
  permission?: string;

  @ValidateIf((body: CheckBody) => body.role !== undefined)
  @Text(64)
  role?: string;

  @Optional() @Nested(() => ResourceBody) resource?: ResourceBody;
}

function NotBesideRole(): PropertyDecorator {
  return ValidateBy({
    name: 'notBesideRole',
    validator: {
      validate: (_, args) => (args?.object as CheckBody | undefined)?.role === undefined,
      defaultMessage: () => 'ask for a permission or for a role, not both',
    },
  });
}
