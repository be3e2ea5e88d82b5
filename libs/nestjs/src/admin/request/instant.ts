import { ValidateBy } from 'class-validator';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/** An instant as RFC 3339 writes it, e.g. `2027-01-31T08:00:00Z`. */
export function Instant(): PropertyDecorator {
  return ValidateBy({
    name: 'instant',
    validator: {
      validate: (value) => typeof value === 'string' && RFC_3339.test(value) && isOnCalendar(value),
      defaultMessage: (args) => `${args?.property} must be an instant such as \`2027-01-31T08:00:00Z\``,
    },
  });
}

/** Date.parse takes the 30th of February for a day in March. */
function isOnCalendar(text: string): boolean {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && day.toISOString().startsWith(text.slice(0, 10));
}

export function asInstant(ms: number): string {
  return new Date(ms).toISOString();
}
