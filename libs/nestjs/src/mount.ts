import { Controller, VERSION_NEUTRAL, type Type } from '@nestjs/common';

/** `''`, or a path with one slash before each part and none at the end. */
export function normalisePrefix(prefix: string): string {
  const parts = prefix.split('/').filter(Boolean);
  return parts.map((part) => `/${part}`).join('');
}

/**
 * A subclass of `base` at `path`: two modules with different prefixes share no metadata. Neutral to a host's
 * versioning (L6); the host's own decorators come last, so that its guards see theirs.
 */
export function mountAt(base: Type, path: string, decorators: readonly ClassDecorator[]): Type {
  const mounted = { [base.name]: class extends base {} }[base.name] as Type;
  Controller({ path, version: VERSION_NEUTRAL })(mounted);
  for (const decorate of decorators) decorate(mounted);
  return mounted;
}
