import type { MappingSource } from '@idp-roles/mapping';
import { Optional } from '../request/optional.js';
import { PageQuery } from '../request/page-query.js';
import { Text } from '../request/text.js';

/** `?connection=` or `?directory=` shows the mappings of one source. */
export class RoleMappingsQuery extends PageQuery {
  @Optional() @Text(64) connection?: string;
  @Optional() @Text(64) directory?: string;
}

export function sourceOf(query: RoleMappingsQuery): MappingSource | undefined {
  if (query.connection !== undefined) return { connection: query.connection };
  return query.directory === undefined ? undefined : { directory: query.directory };
}
