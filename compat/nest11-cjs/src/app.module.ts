import { IdpRolesModule } from '@idp-roles/nestjs';
import { Module } from '@nestjs/common';
import { access } from './access';
import { ProjectsController } from './projects.controller';
import { Settings, SettingsModule } from './settings';

@Module({
  imports: [
    IdpRolesModule.forRootAsync({
      access,
      imports: [SettingsModule],
      inject: [Settings],
      useFactory: ({ publicUrl, folder, secret, serviceKey }: Settings) => ({
        publicUrl,
        store: { folder },
        secret,
        serviceKey,
      }),
    }),
  ],
  controllers: [ProjectsController],
})
export class AppModule {}
