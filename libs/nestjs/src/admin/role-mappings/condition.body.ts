import { IsBoolean, IsIn } from 'class-validator';
import { roleMappingLimits, type Match } from '@idp-roles/mapping';
import { Optional } from '../request/optional.js';
import { Text } from '../request/text.js';

export const MATCHES: readonly Match[] = ['exact', 'email-domain', 'prefix', 'glob', 'present'];

export const SPLITS = [',', ';'] as const;

/** One test of one claim, by shape only: what contradicts itself is a 422 of the use case. */
export class ConditionBody {
  @Text(roleMappingLimits.text) claim!: string;
  @Optional() @Text(roleMappingLimits.text) value?: string;
  @Optional() @IsIn(MATCHES) match?: Match;
  @Optional() @IsBoolean() caseInsensitive?: boolean;
  @Optional() @IsIn(SPLITS) split?: ',' | ';';
}
