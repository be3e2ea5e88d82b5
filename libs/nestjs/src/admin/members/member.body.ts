import { IsIn } from 'class-validator';
import { Optional } from '../request/optional.js';
import { PageQuery } from '../request/page-query.js';
import { Text } from '../request/text.js';

export class InviteMemberBody {
  @Text(320) email!: string;
  @Optional() @Text() name?: string;
}

/** `active` lifts what shut the member out, whoever did. */
export class ChangeMemberBody {
  @IsIn(['active', 'suspended']) status!: 'active' | 'suspended';
}

export class MembersQuery extends PageQuery {
  @Optional() @Text(320) email?: string;
}
