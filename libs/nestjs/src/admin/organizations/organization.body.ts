import { ArrayMaxSize, IsArray, IsBoolean, IsIn } from 'class-validator';
import { Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

export class CreateOrganizationBody {
  @Text() name!: string;
  @Optional() @Text(253, { each: true }) @ArrayMaxSize(100) @IsArray() domains?: string[];
  @Optional() @IsIn(['directory', 'sso', 'both']) roleSource?: 'directory' | 'sso' | 'both';
  @Optional() @IsIn(['all', 'highest']) roleSelection?: 'all' | 'highest';
  @Optional() @IsBoolean() keepClaims?: boolean;
}

export class UpdateOrganizationBody {
  @Optional() @Text() name?: string;
  @Optional() @Text(253, { each: true }) @ArrayMaxSize(100) @IsArray() domains?: string[];
  @Optional() @IsIn(['directory', 'sso', 'both']) roleSource?: 'directory' | 'sso' | 'both';
  @Optional() @IsIn(['all', 'highest']) roleSelection?: 'all' | 'highest';
  @Optional() @IsBoolean() keepClaims?: boolean;
}
