import { UseGuards } from '@nestjs/common';
import { AccessGuard } from './access-guard.js';
import { declaredOnClass, noteWritten, PUBLIC, REQUIREMENTS, type Declared } from './declared.js';
import type { Requirement } from './requirement.js';

export type AccessDecorator = ClassDecorator & MethodDecorator;

/** Adds a requirement to whatever class or method already declares, and the guard that enforces it. */
export function requiring(requirement: Requirement): AccessDecorator {
  return declaring({ requirements: [requirement], isPublic: false });
}

/** Open to everybody, signed in or not. Says so to a global guard, and lets `@CurrentAccess` see who it is. */
export function Public(): AccessDecorator {
  return declaring({ requirements: [], isPublic: true });
}

function declaring(more: Declared): AccessDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const declared: unknown = key === undefined ? target : descriptor?.value;
    if (typeof declared !== 'function')
      throw new TypeError(`access decorators stand on classes and methods, not on \`${String(key)}\``);
    const guarded = Reflect.hasMetadata(REQUIREMENTS, declared) || Reflect.hasMetadata(PUBLIC, declared);
    declare(declared, more);
    if (key !== undefined) noteWritten(target, key, more);
    if (guarded) return;
    if (key === undefined) UseGuards(AccessGuard)(declared);
    else UseGuards(AccessGuard)(target, key, descriptor as PropertyDescriptor);
  };
}

function declare(target: Function, { requirements, isPublic }: Declared): void {
  const before = declaredOnClass(target).requirements;
  if (requirements.length > 0) Reflect.defineMetadata(REQUIREMENTS, [...before, ...requirements], target);
  if (isPublic) Reflect.defineMetadata(PUBLIC, true, target);
}
