import { Injectable } from '@nestjs/common';
import type { Organization, Page, PageRequest } from '@idp-roles/store';
import { createOrganization } from '@idp-roles/use-cases';
import { UseCases } from '../use-cases.js';

/** Tenants. Domains that the host's own code gives count as proven (L10). */
@Injectable()
export class OrganizationService {
  constructor(private readonly useCases: UseCases) {}

  create(input: { readonly name: string; readonly domains?: readonly string[] }): Promise<Organization> {
    return createOrganization(this.useCases.context, { ...input, actor: { kind: 'host' } });
  }

  get(id: string): Promise<Organization | undefined> {
    return this.useCases.context.store.read.organizations.get(id);
  }

  list(page: PageRequest = { limit: 50 }): Promise<Page<Organization>> {
    return this.useCases.context.store.read.organizations.list(page);
  }
}
