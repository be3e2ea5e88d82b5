import { ArrayMaxSize, IsArray, IsBoolean, IsIn } from 'class-validator';
import { roleMappingLimits, type Match, type MappingSource, type SyncMode } from '@idp-roles/mapping';
import { Nested } from '../request/nested.js';
import { Clearable, Optional } from '../request/optional.js';
import { FreeObject } from '../request/record.js';
import { ResourceBody } from '../request/resource.body.js';
import { Text } from '../request/text.js';
import { ConditionBody, MATCHES, SPLITS } from './condition.body.js';
import { SourceBody } from './source.body.js';

const SYNC_MODES = ['force', 'import'] as const;

/** The fields of M1 but the source, by shape and within the engine's limits; `role` is a slug. */
class RoleMappingFields extends ConditionBody {
  @Text(64) role!: string;
  @Optional() @Nested(() => ResourceBody) resource?: ResourceBody;
  @Optional() @IsIn(SYNC_MODES) syncMode?: SyncMode;
  @Optional()
  @Nested(() => ConditionBody, { list: true })
  @ArrayMaxSize(roleMappingLimits.also)
  @IsArray()
  also?: ConditionBody[];
  @Optional() @IsBoolean() enabled?: boolean;
  @Optional() @Text(roleMappingLimits.text) note?: string;
}

export class CreateRoleMappingBody extends RoleMappingFields {
  @Nested(() => SourceBody) source!: MappingSource;
}

/** What is given replaces, null forgets; a mapping keeps its source for life. */
export class UpdateRoleMappingBody {
  @Optional() @Text(roleMappingLimits.text) claim?: string;
  @Clearable() @Text(roleMappingLimits.text) value?: string | null;
  @Clearable() @IsIn(MATCHES) match?: Match | null;
  @Clearable() @IsBoolean() caseInsensitive?: boolean | null;
  @Clearable() @IsIn(SPLITS) split?: ',' | ';' | null;
  @Optional() @Text(64) role?: string;
  @Clearable() @Nested(() => ResourceBody) resource?: ResourceBody | null;
  @Clearable() @IsIn(SYNC_MODES) syncMode?: SyncMode | null;
  @Clearable()
  @Nested(() => ConditionBody, { list: true })
  @ArrayMaxSize(roleMappingLimits.also)
  @IsArray()
  also?: ConditionBody[] | null;
  @Optional() @IsBoolean() enabled?: boolean;
  @Clearable() @Text(roleMappingLimits.text) note?: string | null;
}

/** A mapping as it would be after an edit: with `id`, in the place of the stored one. */
export class DraftRoleMappingBody extends RoleMappingFields {
  @Optional() @Text(64) id?: string;
  @Optional() @Nested(() => SourceBody) source?: MappingSource;
}

export class PreviewBody {
  /** As the IdP would send them, of any JSON type. */
  @FreeObject() claims!: Record<string, unknown>;
  @Nested(() => SourceBody) source!: MappingSource;
  @Optional() @Nested(() => DraftRoleMappingBody) draft?: DraftRoleMappingBody;
  /** Judged as this member's next sign-in; absent, as a newcomer's, for whom `import` mappings run. */
  @Optional() @Text(64) member?: string;
}
