import { ArrayMaxSize, IsArray, IsBoolean } from 'class-validator';
import { Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

/** A role of the organization's own (A9). `on` is `organization` if absent. */
export class CreateRoleBody {
  @Text(64) slug!: string;
  @Text() name!: string;
  @Optional() @Text(64) on?: string;
  @Text(128, { each: true }) @ArrayMaxSize(500) @IsArray() permissions!: string[];
  @Optional() @IsBoolean() idpGrantable?: boolean;
  @Optional() @IsBoolean() keepLastHolder?: boolean;
}

/** A role keeps its slug and its resource type for life. */
export class UpdateRoleBody {
  @Optional() @Text() name?: string;
  @Optional() @Text(128, { each: true }) @ArrayMaxSize(500) @IsArray() permissions?: string[];
  @Optional() @IsBoolean() idpGrantable?: boolean;
  @Optional() @IsBoolean() keepLastHolder?: boolean;
}
