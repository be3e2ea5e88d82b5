import { StoreHealth } from '@idp-roles/nestjs';
import { Controller, Get } from '@nestjs/common';
import { Public } from './access.js';

@Controller('health')
export class HealthController {
  constructor(private readonly store: StoreHealth) {}

  /** 200 once the app is ready for requests; 503 while its store cannot be reached. */
  @Get()
  @Public()
  async health(): Promise<{ status: 'ok' }> {
    await this.store.check();
    return { status: 'ok' };
  }
}
