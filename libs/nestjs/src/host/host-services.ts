import type { Type } from '@nestjs/common';
import { AssignmentService } from './assignment.service.js';
import { ConnectionService } from './connection.service.js';
import { DirectoryService } from './directory.service.js';
import { MemberService } from './member.service.js';
import { OrganizationService } from './organization.service.js';
import { ResourceService } from './resource.service.js';
import { StoreHealth } from './store-health.js';

/** What a host injects to do in code what the admin API does over HTTP. */
export const hostServices: readonly Type[] = [
  OrganizationService,
  ConnectionService,
  DirectoryService,
  MemberService,
  AssignmentService,
  ResourceService,
  StoreHealth,
];
