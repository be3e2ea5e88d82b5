import { ArrayMaxSize, IsArray, IsBoolean, IsIn } from 'class-validator';
import type { Match, MappingSource, SyncMode } from '@idp-roles/mapping';
import { Nested } from '../request/nested.js';
import { Clearable, Optional } from '../request/optional.js';
import { FreeObject } from '../request/record.js';
import { ResourceBody } from '../request/resource.body.js';
import { Text } from '../request/text.js';
import { ConditionBody, MATCHES, SPLITS } from './condition.body.js';
import { SourceBody } from './source.body.js';

const SYNC_MODES = ['force', 'import'] as const;

/** The fields of M1, by shape; `role` is a slug. */
export class CreateRoleMappingBody extends ConditionBody {
  @Nested(() => SourceBody) source!: MappingSource;
  @Text(64) role!: string;
  @Optional() @Nested(() => ResourceBody) resource?: ResourceBody;
  @Optional() @IsIn(SYNC_MODES) syncMode?: SyncMode;
  @Optional()
  @Nested(() => ConditionBody, { list: true })
  @ArrayMaxSize(20)
  @IsArray()
  also?: ConditionBody[];
  @Optional() @IsBoolean() enabled?: boolean;
  @Optional() @Text(2000) note?: string;
}

/** What is given replaces, null forgets; a mapping keeps its source for life. */
export class UpdateRoleMappingBody {
  @Optional() @Text(512) claim?: string;
  @Clearable() @Text(2048) value?: string | null;
  @Clearable() @IsIn(MATCHES) match?: Match | null;
  @Clearable() @IsBoolean() caseInsensitive?: boolean | null;
  @Clearable() @IsIn(SPLITS) split?: ',' | ';' | null;
  @Optional() @Text(64) role?: string;
  @Clearable() @Nested(() => ResourceBody) resource?: ResourceBody | null;
  @Clearable() @IsIn(SYNC_MODES) syncMode?: SyncMode | null;
  @Clearable() @Nested(() => ConditionBody, { list: true }) @ArrayMaxSize(20) @IsArray() also?:
    ConditionBody[] | null;
  @Optional() @IsBoolean() enabled?: boolean;
  @Clearable() @Text(2000) note?: string | null;
}

/** A mapping as it would be after an edit: with `id`, in the place of the stored one. */
export class DraftRoleMappingBody extends ConditionBody {
  @Optional() @Text(64) id?: string;
  @Optional() @Nested(() => SourceBody) source?: MappingSource;
  @Text(64) role!: string;
  @Optional() @Nested(() => ResourceBody) resource?: ResourceBody;
  @Optional() @IsIn(SYNC_MODES) syncMode?: SyncMode;
  @Optional()
  @Nested(() => ConditionBody, { list: true })
  @ArrayMaxSize(20)
  @IsArray()
  also?: ConditionBody[];
  @Optional() @IsBoolean() enabled?: boolean;
  @Optional() @Text(2000) note?: string;
}

export class PreviewBody {
  /** As the IdP would send them, of any JSON type. */
  @FreeObject() claims!: Record<string, unknown>;
  @Nested(() => SourceBody) source!: MappingSource;
  @Optional() @Nested(() => DraftRoleMappingBody) draft?: DraftRoleMappingBody;
  /** Judged as this member's next sign-in rather than a newcomer's. */
  @Optional() @Text(64) member?: string;
}
