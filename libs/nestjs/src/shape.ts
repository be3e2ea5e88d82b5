import type { IdpRolesShape } from './options.js';

/** The shape with its defaults. */
export interface Shape extends Required<Omit<IdpRolesShape, 'principalProvider'>> {
  readonly principalProvider?: IdpRolesShape['principalProvider'];
}
