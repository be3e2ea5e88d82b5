import { Post } from '@nestjs/common';
import type { Received } from '../admin/request/received.js';
import type { ScimAnswer } from './scim-answer.js';
import { ScimBulk } from './scim-bulk.js';
import { CurrentCall, type ScimCall } from './scim-call.js';
import { ScimController } from './scim-controller.js';

@ScimController('Bulk')
export class ScimBulkController {
  constructor(private readonly bulk: ScimBulk) {}

  @Post()
  run(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.bulk.run(call);
  }
}
