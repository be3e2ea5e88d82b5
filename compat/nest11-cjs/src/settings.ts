import { Injectable, Module } from '@nestjs/common';

/** Stands for the configuration service that a host has already. */
@Injectable()
export class Settings {
  readonly publicUrl = process.env.PUBLIC_URL ?? 'http://localhost:3000';
  readonly folder = process.env.DATA_DIR ?? '.data';
  readonly secret = process.env.IDP_ROLES_SECRET ?? 'a development secret of 32+ characters';
  readonly serviceKey = process.env.IDP_ROLES_SERVICE_KEY;
}

@Module({ providers: [Settings], exports: [Settings] })
export class SettingsModule {}
