import { Injectable } from '@nestjs/common';
import { SignInUrls } from '../sign-in/sign-in-urls.js';

/** Where SCIM stands under the prefix. */
export const SCIM_BASE = 'scim/v2';

/** The public addresses of directories. Usable from `onApplicationBootstrap` on. */
@Injectable()
export class DirectoryUrls {
  constructor(private readonly urls: SignInUrls) {}

  /** What an IT department enters at its IdP: the SCIM base URL, without a slash at the end. */
  baseUrl(directory: string): string {
    return `${this.urls.base}/${SCIM_BASE}/${directory}`;
  }
}
