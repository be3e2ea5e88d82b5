import { ConfigurableModuleBuilder, Module, type DynamicModule } from '@nestjs/common';
import type { IdpRolesAsyncOptions, IdpRolesOptions, IdpRolesRootOptions, IdpRolesShape } from './options.js';
import { shapedModule } from './shaped-module.js';
import { IdpRolesOptionsError } from './validate-options.js';

/** What a host passes besides the options, with defaults; read before any factory runs. */
const SHAPE: Partial<IdpRolesShape> = {
  access: undefined,
  prefix: '',
  isGlobal: true,
  guard: 'decorated',
  principalProvider: undefined,
  controllers: ['sign-in', 'admin', 'scim'],
  controllerDecorators: [],
  publicControllers: [],
};

/** As they came from the host, not yet validated. */
const RAW_OPTIONS = Symbol.for('@idp-roles/nestjs:raw-options');

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<IdpRolesOptions>({
  moduleName: 'IdpRoles',
  optionsInjectionToken: RAW_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createIdpRolesOptions')
  .setExtras(SHAPE, (definition, shape) => shapedModule(definition, shape, RAW_OPTIONS))
  .build();

/** What `forRootAsync` takes besides the shape. */
const WAYS = ['imports', 'inject', 'useFactory', 'useClass', 'useExisting'];

/** A misspelt `guard` would leave every undeclared route open, so it stops the start even where no compiler looks. */
function refuseStrangers(options: object): void {
  const known = [...Object.keys(SHAPE), ...WAYS];
  const strangers = Object.keys(options).filter((name) => !known.includes(name));
  if (strangers.length === 0) return;
  throw new IdpRolesOptionsError(
    strangers.map((path) => ({
      path,
      message: `is not an option of \`forRootAsync\`; there are \`${known.join('`, `')}\``,
    })),
  );
}

/** The one module a host imports, once, in its root module. */
@Module({})
export class IdpRolesModule {
  static forRoot(options: IdpRolesRootOptions): DynamicModule {
    return { ...ConfigurableModuleClass.forRoot(options), module: IdpRolesModule };
  }

  /** What shapes routes is passed here; the rest comes from the factory. All of it is validated at the start. */
  static forRootAsync(options: IdpRolesAsyncOptions): DynamicModule {
    refuseStrangers(options);
    const given = options as Parameters<typeof ConfigurableModuleClass.forRootAsync>[0];
    return { ...ConfigurableModuleClass.forRootAsync(given), module: IdpRolesModule };
  }
}
