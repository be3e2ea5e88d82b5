import { Optional } from '../request/optional.js';
import { PageQuery } from '../request/page-query.js';
import { Text } from '../request/text.js';

export class InviteMemberBody {
  @Text(320) email!: string;
  @Optional() @Text() name?: string;
}

export class MembersQuery extends PageQuery {
  @Optional() @Text(320) email?: string;
}
