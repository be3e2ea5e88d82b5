import type { ResourceReference } from '@idp-roles/mapping';
import type { Resource } from '@idp-roles/store';
import { asInstant } from '../request/instant.js';

export interface ResourceView extends ResourceReference {
  readonly parent?: ResourceReference;
  readonly name?: string;
  readonly createdAt: string;
}

export function resourceView(resource: Resource): ResourceView {
  const { type, id, parent, name, createdAt } = resource;
  return { type, id, parent, name, createdAt: asInstant(createdAt) };
}
