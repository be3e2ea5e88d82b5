import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Any text an admin may enter: 1 to `max` characters, no control characters (NUL among them) but tabs and line ends, no lone surrogates. */
export function isText(value: unknown, max: number): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= max &&
    !/(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(value)
  );
}

export function Text(max = 200, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'text',
      constraints: [max],
      validator: {
        validate: (value) => isText(value, max),
        defaultMessage: (args) =>
          options?.each
            ? `each value in ${args?.property} must be a text of 1 to ${max} characters`
            : `${args?.property} must be a text of 1 to ${max} characters`,
      },
    },
    options,
  );
}
