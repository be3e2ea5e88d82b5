import { ValidateBy } from 'class-validator';
import { isJsonObject } from '../request/record.js';
import { isText } from '../request/text.js';

/** `{claim: value}` or `{claim: [value, …]}`, for `requiredClaims`; an own `__proto__` is refused, not lost. */
export function ClaimValues(): PropertyDecorator {
  return ValidateBy({
    name: 'claimValues',
    validator: {
      validate: (value) => isJsonObject(value) && Object.entries(value).every(isClaimOfValues),
      defaultMessage: (args) =>
        `${args?.property} must be an object of claim names with a text, or texts, each`,
    },
  });
}

function isClaimOfValues([claim, values]: [string, unknown]): boolean {
  if (claim === '__proto__' || !isText(claim, 512)) return false;
  const list = Array.isArray(values) ? values : [values];
  return list.length > 0 && list.every((value) => isText(value, 2048));
}
