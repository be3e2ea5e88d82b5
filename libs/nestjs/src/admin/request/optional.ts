import { ValidateIf } from 'class-validator';

/** May be left out. Unlike class-validator's `IsOptional`, null is a value like any other. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** May be left out, and null forgets what was set (RFC 7396). */
export function Clearable(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined && value !== null);
}
