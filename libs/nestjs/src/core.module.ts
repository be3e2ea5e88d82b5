import { Module } from '@nestjs/common';

/** What everything else stands on: options, store, sessions, live access. Its providers depend on the options and are given when it is imported. */
@Module({})
export class IdpRolesCoreModule {}
