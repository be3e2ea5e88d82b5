import { ValidateBy } from 'class-validator';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object of free names: nothing below it is looked at, and `__proto__` is a name like any other. */
export function FreeObject(): PropertyDecorator {
  return ValidateBy({
    name: 'freeObject',
    validator: {
      validate: isJsonObject,
      defaultMessage: (args) => `${args?.property} must be an object`,
    },
  });
}
