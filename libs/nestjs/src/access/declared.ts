import type { Requirement } from './requirement.js';

/** Fixed strings, so that two copies of this package read each other's declarations. */
export const REQUIREMENTS = 'idp-roles:requirements';
export const PUBLIC = 'idp-roles:public';
const WRITTEN = 'idp-roles:written';

/** What a class or a method says about who may come in. */
export interface Declared {
  readonly requirements: readonly Requirement[];
  readonly isPublic: boolean;
}

export function declares({ requirements, isPublic }: Declared): boolean {
  return requirements.length > 0 || isPublic;
}

/** Noted beside the method too, where a decorator that replaces the method cannot lose it. */
export function noteWritten(prototype: object, key: PropertyKey, more: Declared): void {
  const before = writtenOn(prototype, key);
  const written: Declared = {
    requirements: [...before.requirements, ...more.requirements],
    isPublic: before.isPublic || more.isPublic,
  };
  Reflect.defineMetadata(WRITTEN, written, prototype, key as string | symbol);
}

/** What was written above the method of this very class, whether or not the method there still carries it. */
function writtenOn(prototype: object, key: PropertyKey): Declared {
  const found: unknown = Reflect.getOwnMetadata(WRITTEN, prototype, key as string | symbol);
  return (found as Declared | undefined) ?? { requirements: [], isPublic: false };
}

/** A method as one class has it. */
export interface Version {
  readonly declaring: Function;
  readonly method: Function;
  readonly written: Declared;
}

/** The method of this name as the class and each of its bases have it, nearest first. */
export function versionsNamed(owner: Function, key: PropertyKey): readonly Version[] {
  return prototypesOf(owner).flatMap((prototype) => {
    const method = valueOf(prototype, key);
    if (typeof method !== 'function') return [];
    return [{ declaring: prototype.constructor, method, written: writtenOn(prototype, key) }];
  });
}

/** On a class, with what its base classes say. */
export function declaredOnClass(target: object): Declared {
  return {
    requirements: (Reflect.getMetadata(REQUIREMENTS, target) ?? []) as readonly Requirement[],
    isPublic: Reflect.getMetadata(PUBLIC, target) === true,
  };
}

/** On a method, with what the methods say that it overrides: an override takes no requirement away (A4). */
export function declaredOnMethod(owner: Function, method: Function): Declared {
  const versions = versionsOf(owner, method);
  return {
    requirements: versions.flatMap((version) => declaredOnClass(version).requirements),
    isPublic: versions.some((version) => declaredOnClass(version).isPublic),
  };
}

/** The method and those it overrides, nearest first. */
export function versionsOf(owner: Function, method: Function): readonly Function[] {
  const prototypes = prototypesOf(owner);
  const key = prototypes
    .flatMap((prototype) => Reflect.ownKeys(prototype).map((name) => ({ name, prototype })))
    .find(({ name, prototype }) => valueOf(prototype, name) === method)?.name;
  if (key === undefined) return [method];
  const versions = prototypes.map((prototype) => valueOf(prototype, key));
  return [
    ...new Set([method, ...versions.filter((version): version is Function => typeof version === 'function')]),
  ];
}

function prototypesOf(owner: Function): readonly object[] {
  const prototypes: object[] = [];
  let at: unknown = owner.prototype;
  while (typeof at === 'object' && at !== null && at !== Object.prototype) {
    prototypes.push(at);
    at = Object.getPrototypeOf(at);
  }
  return prototypes;
}

/** Without running getters. */
function valueOf(prototype: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(prototype, key)?.value;
}
