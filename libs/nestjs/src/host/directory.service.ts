import { Injectable } from '@nestjs/common';
import type { Directory, DirectoryToken, Job } from '@idp-roles/store';
import {
  createDirectory,
  deleteDirectory,
  issueDirectoryToken,
  resyncDirectory,
  revokeDirectoryToken,
  updateDirectory,
  type DirectoryChanges,
  type DirectoryDraft,
} from '@idp-roles/use-cases';
import { DirectoryUrls } from '../scim/directory-urls.js';
import { UseCases } from '../use-cases.js';
import { hostActor, type InTheNameOf } from './host-actor.js';

export interface DirectoryReference {
  readonly organization: string;
  readonly directory: string;
}

/** SCIM endpoints of organizations, as the admin API has them. */
@Injectable()
export class DirectoryService {
  constructor(
    private readonly useCases: UseCases,
    private readonly urls: DirectoryUrls,
  ) {}

  /** Rejects with `UseCaseError`: `organization-not-found`, `permission-not-held`, and with every problem and its path `invalid`, `role-missing`, `role-not-grantable`. */
  create(organization: string, settings: DirectoryDraft & InTheNameOf): Promise<Directory> {
    const { by, ...rest } = settings;
    return createDirectory(this.useCases.context, { ...rest, organization, actor: hostActor({ by }) });
  }

  /** To `staging`: its roles go at once. To `active`: its people get theirs by a job. */
  update(reference: DirectoryReference & InTheNameOf, changes: DirectoryChanges): Promise<Directory> {
    const { organization, directory } = reference;
    const actor = hostActor(reference);
    return updateDirectory(this.useCases.context, { organization, directory, changes, actor });
  }

  /** Its roles and tokens go; its people stay, and sign in as before (S6, S9). */
  async delete(reference: DirectoryReference & InTheNameOf): Promise<void> {
    await deleteDirectory(this.useCases.context, { ...reference, actor: hostActor(reference) });
  }

  get(organization: string, directory: string): Promise<Directory | undefined> {
    return this.useCases.context.store.read.directories.get(organization, directory);
  }

  all(organization: string): Promise<readonly Directory[]> {
    return this.useCases.context.store.read.directories.all(organization);
  }

  /** What the IT department enters at its IdP. Usable once the app has started. */
  baseUrl(directory: string): string {
    return this.urls.baseUrl(directory);
  }

  /** The one time that the token is shown. Two may overlap, for rotation; a third rejects with `too-many-tokens`. */
  async issueToken(
    reference: DirectoryReference & InTheNameOf & { readonly expiresAt?: number },
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { organization, directory, expiresAt } = reference;
    const actor = hostActor(reference);
    return issueDirectoryToken(this.useCases.context, { organization, directory, expiresAt, actor });
  }

  /** Without the tokens themselves: of those only hashes are kept. */
  tokens({ organization, directory }: DirectoryReference): Promise<readonly DirectoryToken[]> {
    return this.useCases.context.store.read.directories.tokens(organization, directory);
  }

  /** `token` is its id. */
  async revokeToken(reference: DirectoryReference & InTheNameOf & { readonly token: string }): Promise<void> {
    await revokeDirectoryToken(this.useCases.context, { ...reference, actor: hostActor(reference) });
  }

  /** Judges everybody of the directory again, in a job that goes on after this resolves. */
  resync(reference: DirectoryReference & InTheNameOf): Promise<Job> {
    return resyncDirectory(this.useCases.context, { ...reference, actor: hostActor(reference) });
  }
}
