import { randomBytes } from 'node:crypto';
import type { AccessModel } from '@idp-roles/access';
import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule, type AccessModuleOptions } from '../access/access-module.js';
import { AccessSource } from '../access/access-source.js';
import { DECISION_KEY } from '../access/decision-id.js';
import { PrincipalProvider } from '../access/principal-provider.js';
import { TestAccess } from './test-access.js';
import type { TestPerson, TestResource } from './test-person.js';

export interface AccessTestingOptions<Model extends AccessModel> extends Pick<
  AccessModuleOptions,
  'guard' | 'publicControllers' | 'now'
> {
  /** Who is asking; absent: nobody. `app.get(TestAccess)` changes it. */
  readonly as?: TestPerson<Model>;
  /** Parents first. Resources right under the organization that `as` holds a role on need no listing. */
  readonly resources?: readonly TestResource[];
}

/** The real guard, decorators and check at start, over people and resources in memory: for tests of a host's routes. */
@Module({})
export class AccessTestingModule {
  static forRoot<Model extends AccessModel>(
    access: Model,
    { as, resources = [], ...options }: AccessTestingOptions<Model> = {},
  ): DynamicModule {
    const testAccess = new TestAccess<Model>(access);
    testAccess.add(...resources);
    testAccess.as(as);
    return {
      module: AccessTestingModule,
      global: true,
      imports: [
        AccessModule.register({
          ...options,
          access,
          providers: [
            { provide: PrincipalProvider, useValue: testAccess },
            { provide: AccessSource, useValue: testAccess },
            { provide: DECISION_KEY, useValue: randomBytes(32) },
          ],
        }),
      ],
      providers: [{ provide: TestAccess, useValue: testAccess }],
      exports: [TestAccess],
    };
  }
}
