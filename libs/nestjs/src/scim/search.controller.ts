import { Post } from '@nestjs/common';
import type { Received } from '../admin/request/received.js';
import type { ScimAnswer } from './scim-answer.js';
import { CurrentCall, type ScimCall } from './scim-call.js';
import { ScimController } from './scim-controller.js';
import { ScimSearch } from './scim-search.js';

@ScimController()
export class ScimSearchController {
  constructor(private readonly search: ScimSearch) {}

  @Post('.search')
  list(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.search.list(call);
  }
}
