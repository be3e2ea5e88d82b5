import { DirectoryService, RoleMappingService } from '@idp-roles/nestjs';
import type { Simulator } from '@idp-roles/simulator';
import { Injectable } from '@nestjs/common';

/**
 * Acme's directory. It is active and nobody is in it until the IdP pushes for the first time: until then roles come at sign-ins, as
 * they do where there is no directory. It finds people by the subject that they sign in with, and takes over whom it gives a role (S6).
 */
@Injectable()
export class AcmeDirectory {
  constructor(
    private readonly directories: DirectoryService,
    private readonly mappings: RoleMappingService,
  ) {}

  async make(organization: string, pairedConnections: readonly string[], { scim }: Simulator): Promise<void> {
    const { id: directory } = await this.directories.create(organization, {
      name: 'Acme directory',
      pairedConnections,
      link: { claim: 'subject', attribute: 'externalId' },
    });
    for (const [value, role] of [
      ['Engineering', 'org-member'],
      ['Finance', 'org-billing'],
    ] as const) {
      const note = `${value} → ${role}`;
      await this.mappings.create(organization, { source: { directory }, claim: 'groups', value, role, note });
    }
    const { token } = await this.directories.issueToken({ organization, directory });
    scim.registerDirectory({ organization: 'Acme', baseUrl: this.directories.baseUrl(directory), token });
  }
}
