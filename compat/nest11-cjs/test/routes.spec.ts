import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AccessTestingModule, TestAccess } from '@idp-roles/nestjs/testing';
import { access } from '../src/access';
import { ProjectsController } from '../src/projects.controller';

const workspace = { type: 'workspace', id: 'platform' } as const;
const project = { type: 'project', id: 'api' } as const;

describe('a guarded controller, with people in memory', () => {
  let app: INestApplication;
  let people: TestAccess<typeof access>;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [
        AccessTestingModule.forRoot(access, { resources: [workspace, { ...project, parent: workspace }] }),
      ],
      controllers: [ProjectsController],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    people = app.get(TestAccess);
  });
  afterAll(() => app.close());
  afterEach(() => people.as(undefined));

  const call = async (method: string, path: string) =>
    fetch((await app.getUrl()) + path, { method, headers: { connection: 'close' } });

  test('nobody is 401', async () => {
    expect((await call('GET', '/projects/api')).status).toBe(401);
  });

  test('somebody without the role is 403', async () => {
    people.as({ roles: ['org-member'] });
    expect((await call('PUT', '/projects/api')).status).toBe(403);
  });

  test('a permission from the organization is 200, and the handler knows what else is allowed', async () => {
    people.as({ roles: ['org-member'] });
    const answer = await call('GET', '/projects/api');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ id: 'api', mayEdit: false });
  });

  test('a role on the resource is 200', async () => {
    people.as({ roles: [{ role: 'project-editor', resource: project }] });
    const answer = await call('PUT', '/projects/api');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ saved: 'api' });
  });
});
