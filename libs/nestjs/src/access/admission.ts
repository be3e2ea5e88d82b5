import { declaredOnClass, declaredOnMethod } from './declared.js';
import type { Requirement } from './requirement.js';

/** What must hold before a handler runs. */
export interface Admission {
  /** All must be met; where there are any, `isPublic` says nothing. */
  readonly requirements: readonly Requirement[];
  readonly isPublic: boolean;
}

/** Inherited handlers are one function under many classes, so both are the key. */
const known = new WeakMap<Function, WeakMap<Function, Admission>>();

/** Read once for each handler: the guard asks at every request. */
export function admissionOf(owner: Function, handler: Function): Admission {
  const ofOwner = known.get(owner) ?? new WeakMap<Function, Admission>();
  known.set(owner, ofOwner);
  const admission = ofOwner.get(handler) ?? readAdmission(owner, handler);
  ofOwner.set(handler, admission);
  return admission;
}

function readAdmission(owner: Function, handler: Function): Admission {
  const onClass = declaredOnClass(owner);
  const onMethod = declaredOnMethod(owner, handler);
  return {
    requirements: [...onClass.requirements, ...onMethod.requirements],
    isPublic: onClass.isPublic || onMethod.isPublic,
  };
}
