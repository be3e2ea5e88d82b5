import { ArrayMaxSize, IsArray, IsIn } from 'class-validator';
import { Nested } from '../request/nested.js';
import { Clearable, Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

const STATES = ['staging', 'active'] as const;

/** L4: what a claim of a paired connection says is this attribute of the person here. */
export class DirectoryLinkBody {
  /** A claim, or `subject`. */
  @Text(512) claim!: string;
  @IsIn(['externalId', 'userName']) attribute!: 'externalId' | 'userName';
}

export class CreateDirectoryBody {
  @Text() name!: string;
  /** A role's slug. */
  @Optional() @Text(64) defaultRole?: string;
  /** Connections' ids. Absent: every connection of the organization (S6). */
  @Optional() @Text(64, { each: true }) @ArrayMaxSize(100) @IsArray() pairedConnections?: string[];
  @Optional() @Nested(() => DirectoryLinkBody) link?: DirectoryLinkBody;
  /** `active` if absent. */
  @Optional() @IsIn(STATES) state?: 'staging' | 'active';
}

/** Null forgets what may be absent. */
export class UpdateDirectoryBody {
  @Optional() @Text() name?: string;
  @Clearable() @Text(64) defaultRole?: string | null;
  @Clearable() @Text(64, { each: true }) @ArrayMaxSize(100) @IsArray() pairedConnections?: string[] | null;
  @Clearable() @Nested(() => DirectoryLinkBody) link?: DirectoryLinkBody | null;
  @Optional() @IsIn(STATES) state?: 'staging' | 'active';
}
