import { Delete, Get, Param, Patch, Post, Put } from '@nestjs/common';
import type { Received } from '../admin/request/received.js';
import type { ScimAnswer } from './scim-answer.js';
import { CurrentCall, searchIn, type ScimCall } from './scim-call.js';
import { ScimController } from './scim-controller.js';
import { ScimUsers } from './scim-users.js';

@ScimController('Users')
export class ScimUsersController {
  constructor(private readonly users: ScimUsers) {}

  @Get()
  list(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.users.list(call, call.params);
  }

  /** RFC 7644, section 3.4.3. */
  @Post('.search')
  search(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.users.list(call, searchIn(call));
  }

  @Post()
  create(@CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.users.create(call);
  }

  @Get(':id')
  read(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.users.read(call, id);
  }

  @Put(':id')
  replace(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.users.replace(call, id);
  }

  @Patch(':id')
  patch(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.users.patch(call, id);
  }

  @Delete(':id')
  remove(@Param('id') id: string, @CurrentCall() call: Received<ScimCall>): Promise<ScimAnswer> {
    return this.users.remove(call, id);
  }
}
