import { ValidateNested } from 'class-validator';

type Dto = new () => object;
const nested = new WeakMap<object, Map<string, { readonly dto: () => Dto; readonly list: boolean }>>();

/** The value is checked as `dto`; with `list`, each element of an array is. */
export function Nested(dto: () => Dto, options: { readonly list?: boolean } = {}): PropertyDecorator {
  return (prototype, property) => {
    const own = nested.get(prototype) ?? new Map();
    nested.set(prototype, own.set(String(property), { dto, list: options.list === true }));
    ValidateNested({ message: `$property must be an ${options.list ? 'array of objects' : 'object'}` })(
      prototype,
      property,
    );
  };
}

/** What `Nested` said about a property, inherited ones included. */
export function nestedOf(prototype: object, property: string) {
  for (let at: object | null = prototype; at; at = Object.getPrototypeOf(at) as object | null) {
    const found = nested.get(at)?.get(property);
    if (found) return found;
  }
  return undefined;
}
