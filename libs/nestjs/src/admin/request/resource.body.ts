import { isResourceId, longestResourceId } from '@idp-roles/mapping';
import { ValidateBy } from 'class-validator';
import { Text } from './text.js';

/** What may be registered may be named: the same ids here as in `PUT …/resources/:type/:id`. */
function ResourceId(): PropertyDecorator {
  return ValidateBy({
    name: 'resourceId',
    validator: {
      validate: isResourceId,
      defaultMessage: (args) => `${args?.property} must be a text of 1 to ${longestResourceId} characters`,
    },
  });
}

/** `{type, id}`, everywhere a resource is named. */
export class ResourceBody {
  @Text(64) type!: string;
  @ResourceId() id!: string;
}
