import {
  nounOf,
  ORGANIZATION,
  type AccessModel,
  type Permission,
  type ResourceType,
  type RoleOn,
  type RoleSlug,
} from '@idp-roles/access';
import type { Binding, NoBinding } from './binding.js';
import { CurrentAccess } from './current-access.js';
import { Public, requiring, type AccessDecorator } from './declaration.js';
import type { Alternative } from './requirement.js';

type OnOrganization = { readonly on: typeof ORGANIZATION } & NoBinding;

/** How to ask for a role: a resource role needs a binding, an organization role none. */
export type RoleOptions<Model, Slug extends RoleSlug<Model>> =
  RoleOn<Model, Slug> extends typeof ORGANIZATION
    ? Partial<OnOrganization>
    : Binding & { readonly on?: RoleOn<Model, Slug> };

/** Where a permission is asked unless said: on its noun, where that is a resource type, else on the organization. */
type Home<Model, Asked> = Asked extends `${infer Noun}:${string}`
  ? Noun extends ResourceType<Model>
    ? Noun
    : typeof ORGANIZATION
  : never;

export type PermissionOptions<Model, Asked extends Permission<Model>> =
  Home<Model, Asked> extends typeof ORGANIZATION
    ? Partial<OnOrganization> | (Binding & { readonly on: ResourceType<Model> })
    : OnOrganization | (Binding & { readonly on?: ResourceType<Model> });

/** Optional where nothing in it is needed. */
type OptionsArgument<Options> = {} extends Options ? [options?: Options] : [options: Options];

/** What `@RequireAny` takes: a role or a permission, with the options its own decorator would have. */
export type AlternativeOf<Model> =
  | {
      [Slug in RoleSlug<Model>]: { readonly role: Slug; readonly permission?: undefined } & RoleOptions<
        Model,
        Slug
      >;
    }[RoleSlug<Model>]
  | {
      [Asked in Permission<Model>]: {
        readonly permission: Asked;
        readonly role?: undefined;
      } & PermissionOptions<Model, Asked>;
    }[Permission<Model>];

/** The decorators of one access model. */
export interface AccessDecorators<Model extends AccessModel> {
  /** The role held on the resource, or contained in one held above it (A3). */
  RequireRole<const Slug extends RoleSlug<Model>>(
    role: Slug,
    ...options: OptionsArgument<RoleOptions<Model, Slug>>
  ): AccessDecorator;
  /** A role that permits it, on the resource or above it (A2). */
  RequirePermission<const Asked extends Permission<Model>>(
    permission: Asked,
    ...options: OptionsArgument<PermissionOptions<Model, Asked>>
  ): AccessDecorator;
  /** The only OR: one of the alternatives will do (A4). */
  RequireAny(
    first: AlternativeOf<Model>,
    second: AlternativeOf<Model>,
    ...more: readonly AlternativeOf<Model>[]
  ): AccessDecorator;
  /** Open to everybody, signed in or not. */
  Public(): AccessDecorator;
  /** Injects the `AccessContext` of whoever is asking; `undefined` for nobody on a public route. */
  CurrentAccess(): ParameterDecorator;
}

type LooseOptions = Partial<Record<keyof Binding, unknown>> & { readonly on?: string };

/** Decorators that know the model's slugs, permissions and resource types (A1). What they get wrong does not compile. */
export function createAccess<Model extends AccessModel>(model: Model): AccessDecorators<Model> {
  const roleAlternative = (role: string, options: LooseOptions = {}): Alternative => ({
    role,
    ...placed(options, model.roles.get(role)?.on ?? ORGANIZATION),
  });
  const permissionAlternative = (permission: string, options: LooseOptions = {}): Alternative => {
    const noun = nounOf(permission);
    return { permission, ...placed(options, model.resources.has(noun) ? noun : ORGANIZATION) };
  };
  return {
    RequireRole: (role, ...[options]) =>
      requiring({ anyOf: [roleAlternative(role, options as LooseOptions)] }),
    RequirePermission: (permission, ...[options]) =>
      requiring({ anyOf: [permissionAlternative(permission, options as LooseOptions)] }),
    RequireAny: (...alternatives) =>
      requiring({
        anyOf: alternatives.map(({ role, permission, ...options }) =>
          role === undefined
            ? permissionAlternative(String(permission), options as LooseOptions)
            : roleAlternative(role, options as LooseOptions),
        ),
      }),
    Public,
    CurrentAccess: () => CurrentAccess(),
  };
}

function placed({ on, ...binding }: LooseOptions, home: string): Pick<Alternative, 'on' | 'binding'> {
  const bound = Object.values(binding).some((source) => source !== undefined);
  return { on: on ?? home, ...(bound && { binding: binding as Binding }) };
}
