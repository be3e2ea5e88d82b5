import { Optional } from '../request/optional.js';
import { PageQuery } from '../request/page-query.js';
import { Text } from '../request/text.js';

/** `?directory=` shows the jobs of one directory. */
export class JobsQuery extends PageQuery {
  @Optional() @Text(64) directory?: string;
}
