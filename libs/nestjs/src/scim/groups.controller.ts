import { Delete, Get, Param, Patch, Post, Put } from '@nestjs/common';
import type { Received } from '../admin/request/received.js';
import type { ScimAnswer } from './scim-answer.js';
import { CurrentCall, searchIn, type ScimCall } from './scim-call.js';
import { ScimController } from './scim-controller.js';
import { ScimGroups } from './scim-groups.js';

@ScimController('Groups')
export class ScimGroupsController {
  constructor(private readonly groups: ScimGroups) {}

  @Get()
  list(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.groups.list(call, call.params);
  }

  /** RFC 7644, section 3.4.3. */
  @Post('.search')
  search(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.groups.list(call, searchIn(call));
  }

  @Post()
  create(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.groups.create(call);
  }

  @Get(':id')
  read(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.groups.read(call, id);
  }

  @Put(':id')
  replace(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.groups.replace(call, id);
  }

  @Patch(':id')
  patch(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.groups.patch(call, id);
  }

  @Delete(':id')
  remove(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.groups.remove(call, id);
  }
}
