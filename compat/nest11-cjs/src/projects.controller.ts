import { AccessContext } from '@idp-roles/nestjs';
import { Controller, Get, Param, Put } from '@nestjs/common';
import { CurrentAccess, RequirePermission, RequireRole } from './access';

@Controller('projects')
export class ProjectsController {
  @Get(':projectId')
  @RequirePermission('project:view', { param: 'projectId' })
  async show(@Param('projectId') id: string, @CurrentAccess() who: AccessContext) {
    return { id, mayEdit: await who.can('project:edit', { type: 'project', id }) };
  }

  @Put(':projectId')
  @RequireRole('project-editor', { on: 'project', param: 'projectId' })
  save(@Param('projectId') id: string) {
    return { saved: id };
  }
}
