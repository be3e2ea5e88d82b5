import { ValidateBy } from 'class-validator';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** An instant as RFC 3339 writes it, e.g. `2027-01-31T08:00:00Z`. */
export function Instant(): PropertyDecorator {
  return ValidateBy({
    name: 'instant',
    validator: {
      validate: (value) =>
        typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value)),
      defaultMessage: (args) => `${args?.property} must be an instant such as \`2027-01-31T08:00:00Z\``,
    },
  });
}

export function asInstant(ms: number): string {
  return new Date(ms).toISOString();
}
